"""Speed as ratios, each against a baseline measured in the same run.

python tools/benchmark.py stdd
python tools/benchmark.py model [--rows 0 1 --dtypes fp32 bf16]
python tools/benchmark.py da_sti
python tools/benchmark.py frame_map
python tools/benchmark.py data
"""

import argparse

from benchmarks import da_sti, data, frame_map, model, stdd

BENCHMARKS = {
    'da_sti': da_sti,
    'data': data,
    'frame_map': frame_map,
    'model': model,
    'stdd': stdd,
}


def main() -> None:
    """Run the benchmark that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest='benchmark', required=True)
    for name, module in BENCHMARKS.items():
        command = commands.add_parser(name, help=module.__doc__.split('\n')[0])
        module.add_arguments(command)
    args = parser.parse_args()
    BENCHMARKS[args.benchmark].run(args)


if __name__ == '__main__':
    main()
