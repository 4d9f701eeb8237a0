"""Answers an HTTP request with its method and path, then the lines of its body that speak of
errors or warnings, for componentize-py."""
from componentize_py_types import Err, Ok
from wit_world import exports
from wit_world.imports.streams import StreamError_Closed
from wit_world.imports.types import (
    Fields, IncomingRequest, OutgoingBody, OutgoingResponse, ResponseOutparam)

MOST = 4096  # what blocking_write_and_flush takes


def read_body(request: IncomingRequest) -> str:
    body = request.consume()
    pieces = []
    with body.stream() as stream:
        try:
            while True:
                pieces.append(stream.blocking_read(65536))
        except Err as error:
            if not isinstance(error.value, StreamError_Closed):
                raise
    return b"".join(pieces).decode()


class IncomingHandler(exports.IncomingHandler):
    def handle(self, request: IncomingRequest, response_out: ResponseOutparam) -> None:
        method = type(request.method()).__name__.split("_")[-1].upper()
        lines = [f"{method} {request.path_with_query()}"]
        for line in read_body(request).split("\n"):
            if "ERROR" in line or "WARN" in line:
                lines.append(line)
        answer = "".join(line + "\n" for line in lines).encode()
        response = OutgoingResponse(Fields())
        body = response.body()
        ResponseOutparam.set(response_out, Ok(response))
        with body.write() as stream:
            for at in range(0, len(answer), MOST):
                stream.blocking_write_and_flush(answer[at:at + MOST])
        OutgoingBody.finish(body, None)
