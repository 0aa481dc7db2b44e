"""Small ONNX models of the shapes a voice assistant runs: an encoder over audio frames and one over a sentence."""
import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

WIDTH = 512


def _layer(number: int, source: str, random: numpy.random.Generator):
    """A residual layer: source + relu(source · up) · down."""
    up, down, hidden, active, change, out = (f"{name}{number}" for name in ("up", "down", "hidden", "active", "change", "out"))
    nodes = [
        helper.make_node("MatMul", [source, up], [hidden]),
        helper.make_node("Relu", [hidden], [active]),
        helper.make_node("MatMul", [active, down], [change]),
        helper.make_node("Add", [source, change], [out]),
    ]
    weights = [random.standard_normal(shape, numpy.float32) / WIDTH for shape in ((WIDTH, 4 * WIDTH), (4 * WIDTH, WIDTH))]
    return nodes, [numpy_helper.from_array(weight, name) for weight, name in zip(weights, (up, down))], out


def encoder(layers: int) -> onnxruntime.InferenceSession:
    """Takes frames x WIDTH numbers, gives the mean of the encoded frames."""
    random, nodes, weights, last = numpy.random.default_rng(7), [], [], "frames"
    for number in range(layers):
        more_nodes, more_weights, last = _layer(number, last, random)
        nodes += more_nodes
        weights += more_weights
    nodes.append(helper.make_node("ReduceMean", [last], ["mean"], keepdims=0, axes=[0]))
    graph = helper.make_graph(
        nodes, "encoder",
        [helper.make_tensor_value_info("frames", TensorProto.FLOAT, ["frames", WIDTH])],
        [helper.make_tensor_value_info("mean", TensorProto.FLOAT, [WIDTH])],
        initializer=weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # the other processors belong to the service
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


class Models:
    """A transcriber for seconds of audio and an encoder for sentences. Both take their time on the calling thread."""

    def __init__(self):
        self.transcriber = encoder(layers=6)
        self.sentences = encoder(layers=4)

    def transcribe(self, audio: numpy.ndarray) -> str:
        best = int(self.transcriber.run(None, {"frames": audio})[0].argmax())
        return f"word{best}"

    def embed(self, sentence: str) -> numpy.ndarray:
        codes = numpy.frombuffer(sentence.encode().ljust(WIDTH)[:WIDTH], numpy.uint8).astype(numpy.float32) / 255
        frames = numpy.tile(codes, (max(len(sentence), 400), 1))
        return self.sentences.run(None, {"frames": frames})[0]


def audio(seconds: float) -> numpy.ndarray:
    """Noise, a hundred frames for each second."""
    return numpy.random.default_rng(1).standard_normal((int(100 * seconds), WIDTH), numpy.float32)
