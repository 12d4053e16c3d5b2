"""ONNX programs whose products are computed in eight bits."""

from importlib import import_module
from pathlib import Path

from stclip.utils.errors import UserError

_PRODUCTS = ['MatMul', 'Gemm']


def require_quantiser() -> None:
    """Refuse to begin where ONNX Runtime is not installed.

    Raises:
        UserError: If so.
    """
    try:
        import_module('onnxruntime.quantization')
    except ImportError as error:
        raise UserError(
            "onnxruntime is not installed: pip install 'stclip[export]', or "
            'take --format onnx'
        ) from error


def quantise(program: Path, out: Path) -> None:
    """Write a program with the weights of its products in int8.

    They take seven of the eight bits: CPUs without VNNI add products of two
    in sixteen bits, which eight overflow, and a program goes anywhere.

    What they are multiplied by becomes int8 as it comes, by its own range in
    each call (dynamic quantisation): nothing has to be calibrated. Products
    of two things that come, as in attention, stay in float32.

    Args:
        program: ONNX file.
        out: File to write, in a folder of its own.
    """
    import onnx
    import onnxruntime
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.quant_utils import add_pre_process_metadata

    # A weight counts as one only where it enters a product as it is stored:
    # ONNX Runtime folds the transposes between.
    folded = out.with_name(f'{out.stem}_folded.onnx')
    choices = onnxruntime.SessionOptions()
    level = onnxruntime.GraphOptimizationLevel
    choices.graph_optimization_level = level.ORT_ENABLE_BASIC
    choices.optimized_model_filepath = str(folded)
    choices.log_severity_level = 3
    data = f'{folded.name}.data'  # weights may be more than a file holds
    for key, value in dict(file_name=data, min_size_in_bytes='1024').items():
        choices.add_session_config_entry(
            f'session.optimized_model_external_initializers_{key}', value
        )
    onnxruntime.InferenceSession(
        program, choices, providers=['CPUExecutionProvider']
    )
    model = onnx.load(folded)
    add_pre_process_metadata(model)  # no advice to do what is done
    quantize_dynamic(
        model,
        out,
        op_types_to_quantize=_PRODUCTS,
        per_channel=True,
        weight_type=QuantType.QInt8,
        reduce_range=True,
    )
    folded.unlink()
    folded.with_name(data).unlink(missing_ok=True)
