"""Console of a run: what is read there, while the log file keeps all."""

import logging

from mmengine.logging import MMLogger

# Functions of MMEngine's runner that log pages: environment, config, hooks.
_LONG_WINDED = ('_log_env', '__init__')
# MMEngine's words to whoever writes hooks and metrics for it.
_ASIDES = (
    '"FileClient" will be deprecated',
    '"HardDiskBackend" is the alias',
    'Distributed training is not used, all SyncBatchNorm',
    'The prefix is not set in metric class',
)


class BriefFilter(logging.Filter):
    """Keeps pages of the runner and asides to developers off the console."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is shown."""
        message = record.getMessage()
        of_runner = record.module == 'runner'
        long_winded = of_runner and record.funcName in _LONG_WINDED
        return not (
            (long_winded and '\n' in message) or message.startswith(_ASIDES)
        )


def keep_brief(logger: MMLogger) -> None:
    """Let a run's console show what is read there.

    Args:
        logger: MMEngine's; its log file stays as it is.
    """
    for handler in logger.handlers:
        if isinstance(handler, logging.FileHandler):
            path = handler.baseFilename
            logger.info(f'Environment, config and hooks are in {path}')
        else:
            handler.addFilter(BriefFilter())
