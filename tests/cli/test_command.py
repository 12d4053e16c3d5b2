"""Lists of values and errors, the same in every command."""

import click
import pytest

from stclip.cli.command import Command, LazyGroup, Values, run
from stclip.utils.errors import MissingFileError, UserError


@click.command(cls=Command)
@click.argument('name')
@click.option('--seeds', cls=Values, type=int, default=[0])
@click.option('--rate', type=float, default=0.0)
@click.option('--note', default='')
def command(name, seeds, rate, note):
    """Show what was understood."""
    if name == 'absent':
        raise MissingFileError('absent.txt does not exist.\nGive another.')
    if name == 'wrong':
        raise UserError('line 3 of a.csv: no number')
    if name == 'full':
        raise OSError(28, 'No space left on device', 'out.json')
    if name == 'bug':
        raise KeyError('bug')
    click.echo(f'{name} {list(seeds)} {rate} {note}'.rstrip())


def call(capsys, *args):
    code = 0
    try:
        run(command, args, 'tool')
    except SystemExit as stop:
        code = stop.code
    output = capsys.readouterr()
    return code, output.out, output.err


@pytest.mark.parametrize(
    'args, shown',
    [
        (['a'], 'a [0] 0.0'),
        (['a', '--seeds', '1'], 'a [1] 0.0'),
        (['a', '--seeds', '1', '2', '-3'], 'a [1, 2, -3] 0.0'),
        (['--rate', '2', 'a', '--seeds', '1', '2'], 'a [1, 2] 2.0'),
        (['a', '--seeds', '1', '2', '--rate', '-.5'], 'a [1, 2] -0.5'),
        (['a', '--seeds', '1', '--seeds', '2', '3'], 'a [1, 2, 3] 0.0'),
    ],
)
def test_options_of_several_values(capsys, args, shown):
    assert call(capsys, *args) == (0, f'{shown}\n', '')


@pytest.mark.parametrize(
    'given, shown',
    [
        ('~/a b', '/home/me/a b'),
        ('~', '~'),
        ('~you/a', '~you/a'),
        ('a~/b', 'a~/b'),
        ('key=~/a', 'key=~/a'),
    ],
)
def test_home_folder(capsys, monkeypatch, given, shown):
    monkeypatch.setenv('HOME', '/home/me')
    assert call(capsys, given)[1] == f'{shown} [0] 0.0\n'
    assert call(capsys, 'a', f'--note={given}')[1] == f'a [0] 0.0 {shown}\n'


@pytest.mark.parametrize(
    'args, line',
    [
        (['absent'], 'absent.txt does not exist. Give another.'),
        (['wrong'], 'line 3 of a.csv: no number'),
        (['full'], "[Errno 28] No space left on device: 'out.json'"),
        ([], "Missing argument 'NAME'."),
        (['a', '--sed', '1'], "No such option '--sed'. Did you mean"),
        (['a', '--rate', 'x'], "Invalid value for '--rate': 'x' is not"),
    ],
)
def test_what_a_user_can_mend_is_one_line(capsys, args, line):
    code, out, err = call(capsys, *args)
    assert (code, out) == (2, '')
    assert err.startswith(f'error: {line}')
    assert err.count('\n') == 1


def test_debug_shows_where_it_came_from():
    with pytest.raises(UserError, match='line 3'):
        run(command, ['wrong', '--debug'])


def test_faults_of_the_program_keep_their_traceback():
    with pytest.raises(KeyError, match='bug'):
        run(command, ['bug'])


def test_subcommands_are_listed_without_importing_them(capsys):
    lazy = dict(one=('no.such.module:command', 'The first.'))
    run(LazyGroup('tool', lazy=lazy), ['--help'])
    assert 'The first.' in capsys.readouterr().out


def test_examples_keep_their_lines(capsys):
    @click.command(cls=Command)
    def example():
        r"""Do it.

        \b
        Examples:
          tool one
          tool two
        """

    run(example, ['--help'])
    assert 'Examples:\n    tool one\n    tool two\n' in capsys.readouterr().out


def test_the_command_alone_shows_its_help(capsys):
    group = LazyGroup(
        'tool',
        lazy=dict(one=('a:b', 'It.')),
        help='Do all.',
        no_args_is_help=True,
    )
    with pytest.raises(SystemExit) as stop:
        run(group, [])
    assert stop.value.code == 2
    assert 'Do all.' in capsys.readouterr().err
