// Answers an HTTP request with its method and path, then the lines of its body that speak of
// errors or warnings; by the canonical ABI as it is.
package main

import (
	"guests/abi"
	"strings"
	"unsafe"
)

// A variant whose cases have at most a string or a list: option<string>, result<own<T>>,
// result<list<u8>, stream-error>, method.
type three struct {
	tag  uint8
	a, b uint32
}

//go:wasmimport wasi:http/types@0.2.12 [method]incoming-request.method
func requestMethod(request uint32, ret unsafe.Pointer)

//go:wasmimport wasi:http/types@0.2.12 [method]incoming-request.path-with-query
func requestPath(request uint32, ret unsafe.Pointer)

//go:wasmimport wasi:http/types@0.2.12 [method]incoming-request.consume
func requestConsume(request uint32, ret unsafe.Pointer)

//go:wasmimport wasi:http/types@0.2.12 [resource-drop]incoming-request
func requestDrop(request uint32)

//go:wasmimport wasi:http/types@0.2.12 [method]incoming-body.stream
func incomingBodyStream(body uint32, ret unsafe.Pointer)

//go:wasmimport wasi:http/types@0.2.12 [resource-drop]incoming-body
func incomingBodyDrop(body uint32)

//go:wasmimport wasi:http/types@0.2.12 [constructor]fields
func newFields() uint32

//go:wasmimport wasi:http/types@0.2.12 [constructor]outgoing-response
func newResponse(headers uint32) uint32

//go:wasmimport wasi:http/types@0.2.12 [method]outgoing-response.body
func responseBody(response uint32, ret unsafe.Pointer)

//go:wasmimport wasi:http/types@0.2.12 [method]outgoing-body.write
func outgoingBodyWrite(body uint32, ret unsafe.Pointer)

//go:wasmimport wasi:http/types@0.2.12 [static]outgoing-body.finish
func outgoingBodyFinish(body uint32, hasTrailers uint32, trailers uint32, ret unsafe.Pointer)

//go:wasmimport wasi:http/types@0.2.12 [static]response-outparam.set
func outparamSet(outparam, isErr, response, c uint32, d uint64, e, f, g, h uint32)

//go:wasmimport wasi:io/streams@0.2.12 [method]input-stream.blocking-read
func inputRead(stream uint32, len uint64, ret unsafe.Pointer)

//go:wasmimport wasi:io/streams@0.2.12 [resource-drop]input-stream
func inputDrop(stream uint32)

//go:wasmimport wasi:io/streams@0.2.12 [method]output-stream.blocking-write-and-flush
func outputWrite(stream uint32, p unsafe.Pointer, len uint32, ret unsafe.Pointer)

//go:wasmimport wasi:io/streams@0.2.12 [resource-drop]output-stream
func outputDrop(stream uint32)

//go:wasmimport wasi:io/error@0.2.12 [resource-drop]error
func errorDrop(err uint32)

func (t *three) ret() unsafe.Pointer {
	return unsafe.Pointer(t)
}

func (t *three) text() string {
	return abi.Text(unsafe.Pointer(uintptr(t.a)), t.b)
}

func methodOf(request uint32) string {
	names := []string{"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE",
		"PATCH"}
	var method three
	requestMethod(request, method.ret())
	if int(method.tag) < len(names) {
		return names[method.tag]
	}
	return method.text()
}

func pathOf(request uint32) string {
	var path three
	requestPath(request, path.ret())
	if path.tag == 0 {
		return ""
	}
	return path.text()
}

func bodyOf(request uint32) string {
	var body, stream three
	var all strings.Builder
	requestConsume(request, body.ret())
	incomingBodyStream(body.a, stream.ret())
	for {
		var piece three
		inputRead(stream.a, 65536, piece.ret())
		if piece.tag == 1 {
			if closed := piece.a&0xff == 1; !closed {
				errorDrop(piece.b)
			}
			break
		}
		all.WriteString(piece.text())
	}
	inputDrop(stream.a)
	incomingBodyDrop(body.a)
	return all.String()
}

func answerWith(outparam uint32, text string) {
	const most = 4096 // what blocking-write-and-flush takes
	response := newResponse(newFields())
	var body, stream, result three
	responseBody(response, body.ret())
	outparamSet(outparam, 0, response, 0, 0, 0, 0, 0, 0)
	outgoingBodyWrite(body.a, stream.ret())
	for len(text) > 0 && result.tag == 0 {
		piece := text[:min(most, len(text))]
		outputWrite(stream.a, unsafe.Pointer(unsafe.StringData(piece)), uint32(len(piece)), result.ret())
		text = text[len(piece):]
	}
	outputDrop(stream.a)
	outgoingBodyFinish(body.a, 0, 0, unsafe.Pointer(new([8]uint64)))
}

//go:wasmexport wasi:http/incoming-handler@0.2.12#handle
func handle(request, outparam uint32) {
	var answer strings.Builder
	answer.WriteString(methodOf(request) + " " + pathOf(request) + "\n")
	for line := range strings.Lines(bodyOf(request)) {
		if abi.IsKept(line) {
			answer.WriteString(strings.TrimSuffix(line, "\n") + "\n")
		}
	}
	requestDrop(request)
	answerWith(outparam, answer.String())
}

func main() {}
