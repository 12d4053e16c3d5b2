from stclip.preparation.records import Findings


def test_faults_are_listed_by_kind_with_examples():
    findings = Findings()
    for name in 'acbaadea':
        findings.add('missing video', name, 'Unpack it.')
    findings.add('faulty line', 'x.csv, line 3', 'left out.')
    missing = [
        '8 x missing video: Unpack it.',
        '    a (4 times)',
        '    c',
        '    b',
    ]
    faulty = ['1 x faulty line: left out.', '    x.csv, line 3']
    assert findings.lines() == [*missing, '    and 2 more', *faulty]
    assert findings.lines(1) == [*missing[:2], '    and 4 more', *faulty]
    everything = [*missing, '    d', '    e', *faulty]
    assert findings.lines(5) == everything
    assert findings.lines(99) == everything


def test_nothing_found():
    assert Findings().lines() == []
