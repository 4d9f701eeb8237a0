"""diffpeer.py: Tenon and wasmtime side by side for tools/diff-valid and tools/diff-run: both by
their C API, with the same features on, in a process of their own.

Tenon is the shared library of a build; wasmtime is that of its Python package
(`pip install wasmtime`)."""
import ctypes
import os
import pickle
import re
import struct
import traceback

# Features of Tenon that the package can switch too, and the names of its switches. What the
# package has no switch for is off on both sides: legacy exceptions, threads of components,
# fixed-length lists, error contexts, 64-bit memories of components, values, nested names.
SWITCHES = {
    "threads": "threads",
    "custom-page-sizes": "custom_page_sizes",
    "wide-arithmetic": "wide_arithmetic",
    "component-model-async": "component_model_async",
    "component-model-map": "component_model_map",
    "component-model-implements": "component_model_implements",
    "component-model-async-stackful": "component_model_async_stackful",
    "component-model-more-async-builtins": "component_model_more_async_builtins",
    "component-model-canonical-names": "component_model_canonical_names",
}
# On in wasmtime as in Core 3.0, where Tenon has no switch; and off, as Tenon lacks them.
ALWAYS = ("reference_types simd relaxed_simd bulk_memory multi_value tail_call multi_memory"
          " memory64 function_references gc exceptions component_model").split()
NEVER = "stack_switching compact_imports component_model_accessors".split()


class Missing(Exception):
    """The package is not there, or lacks something."""


class TenonError(ctypes.Structure):
    """tenon_error, up to its message (docs/abi.txt)."""
    _fields_ = [("status", ctypes.c_int), ("code", ctypes.c_uint32), ("offset", ctypes.c_uint64),
                ("line", ctypes.c_uint32), ("column", ctypes.c_uint32),
                ("exit_code", ctypes.c_int32), ("message", ctypes.c_char * 384),
                ("rest", ctypes.c_char * 4096)]


class EngineConfig(ctypes.Structure):
    """tenon_engine_config (docs/abi.txt)."""
    _fields_ = [("resize", ctypes.c_void_p), ("user", ctypes.c_void_p),
                ("platform", ctypes.c_void_p), ("features", ctypes.c_uint64),
                ("max_bytes", ctypes.c_uint64), ("max_code_bytes", ctypes.c_uint64)]


def feature_bits(names):
    """The bits of features.def that have these flags."""
    rows = os.path.join(os.path.dirname(__file__), "..", "include", "tenon", "features.def")
    with open(rows) as f:
        flags = re.findall(r'^TENON_FEATURE\(\w+, "([^"]+)"', f.read(), re.M)
    return sum(1 << n for n, flag in enumerate(flags) if flag in names)


CLASSES = {1: "malformed", 2: "invalid", 6: "exhaustion", 8: "limit", 9: "no memory",
           10: "unsupported", 11: "usage"}


class Tenon:
    def __init__(self, library, features=None):
        self.lib = ctypes.CDLL(os.path.abspath(library))
        self.config = EngineConfig()
        self.lib.tenon_engine_config_init(ctypes.byref(self.config))
        self.config.features = feature_bits(SWITCHES) if features is None else features
        self.error = TenonError()
        self.used = 0
        self.engine = ctypes.c_void_p()
        self.arena = ctypes.c_void_p()
        self.fresh()

    def fresh(self):
        """Types that modules declare stay with an engine: a new one once in a while."""
        lib = self.lib
        if self.engine:
            lib.tenon_arena_delete(self.arena)
            lib.tenon_engine_delete(self.engine)
        for made in (lib.tenon_engine_new(ctypes.byref(self.config), ctypes.byref(self.engine),
                                          ctypes.byref(self.error)),
                     lib.tenon_arena_new(self.engine, ctypes.byref(self.arena),
                                         ctypes.byref(self.error))):
            if made != 0:
                raise RuntimeError(self.error.message.decode())

    def why(self):
        e = self.error
        return f"{CLASSES.get(e.status, e.status)}: {e.message.decode(errors='replace')}"

    def check(self, data):
        """None if the module or component is valid, else why not."""
        self.used += 1
        if self.used % 1000 == 0:
            self.fresh()
        kind = "component" if self.lib.tenon_is_component(data, ctypes.c_size_t(len(data))) & 1 \
            else "module"
        made = ctypes.c_void_p()
        status = getattr(self.lib, f"tenon_{kind}_load")(
            self.engine, data, ctypes.c_size_t(len(data)), 0, ctypes.byref(made),
            ctypes.byref(self.error))
        if status != 0:
            return self.why()
        getattr(self.lib, f"tenon_{kind}_delete")(made)
        return None

    def assemble(self, text):
        """The binary of a text (bytes) and None, or None and why there is none."""
        data, size = ctypes.c_void_p(), ctypes.c_size_t()
        self.lib.tenon_arena_reset(self.arena)
        status = self.lib.tenon_assemble(
            self.engine, text, ctypes.c_size_t(len(text)), self.arena, ctypes.byref(data),
            ctypes.byref(size), ctypes.byref(self.error))
        if status != 0:
            return None, f"{self.error.line}:{self.error.column} {self.why()}"
        return ctypes.string_at(data, size.value), None


class Wasmtime:
    def __init__(self, switches=SWITCHES, nans=False):
        """nans: NaNs that arithmetic makes are canonical."""
        try:
            import wasmtime
            from wasmtime import _bindings, _ffi
        except ImportError as e:
            raise Missing(f"{e} (pip install wasmtime)")
        self.ffi, self.dll = _bindings, _ffi.dll
        self.config = wasmtime.Config()
        try:
            self.dll.wasmtime_component_new
            for name in ALWAYS:
                self.switch(name, True)
            for name in NEVER:
                self.switch(name, False)
            for name in SWITCHES:
                self.switch(SWITCHES[name], name in switches)
        except AttributeError as e:
            raise Missing(f"this version of the package: {e}")
        self.config.cranelift_opt_level = "none"
        self.config.shared_memory = True
        self.config.parallel_compilation = False
        self.config.max_wasm_stack = 3 << 19
        self.config.cranelift_nan_canonicalization = nans
        self.engine = wasmtime.Engine(self.config)

    def switch(self, name, on):
        set = getattr(self.dll, f"wasmtime_config_wasm_{name}_set")
        set.argtypes, set.restype = [ctypes.c_void_p, ctypes.c_bool], None
        set(ctypes.cast(self.config.ptr(), ctypes.c_void_p), on)

    def message(self, error):
        name = self.ffi.wasm_name_t()
        self.ffi.wasmtime_error_message(error, ctypes.byref(name))
        text = ctypes.string_at(name.data, name.size).decode(errors="replace")
        self.ffi.wasm_byte_vec_delete(ctypes.byref(name))
        self.ffi.wasmtime_error_delete(error)
        return text

    def check(self, data):
        """None if the module or component is valid, else why not. Components are compiled:
        nothing in the API only validates them."""
        buffer = ctypes.cast(ctypes.c_char_p(data), ctypes.POINTER(ctypes.c_uint8))
        if data[4:8] != b"\x0d\0\1\0":
            error = self.ffi.wasmtime_module_validate(self.engine.ptr(), buffer, len(data))
            return self.message(error) if error else None
        made = ctypes.POINTER(self.ffi.wasmtime_component_t)()
        error = self.ffi.wasmtime_component_new(self.engine.ptr(), buffer, len(data),
                                                ctypes.byref(made))
        if error:
            return self.message(error)
        self.ffi.wasmtime_component_delete(made)
        return None

    def assemble(self, text):
        out = self.ffi.wasm_byte_vec_t()
        error = self.ffi.wasmtime_wat2wasm(ctypes.create_string_buffer(text, len(text)), len(text),
                                           ctypes.byref(out))
        if error:
            return None, self.message(error)
        data = ctypes.string_at(out.data, out.size)
        self.ffi.wasm_byte_vec_delete(ctypes.byref(out))
        return data, None


# -- judging --

class Crash(str):
    """An engine ended the process: how."""


def judge_from(start, count, sides, out, log):
    """In a process of its own: what each side says of start..count-1, one after another."""
    os.dup2(log, 2)
    made = [make() for make in sides]
    for k in range(start, count):
        for side in made:
            data = pickle.dumps(side(k))
            os.write(out, struct.pack("<I", len(data)) + data)
    os._exit(0)


def read_exactly(fd, size):
    data = b""
    while len(data) < size:
        piece = os.read(fd, size - len(data))
        if not piece:
            return None
        data += piece
    return data


def judged(count, *sides):
    """Each of 0..count-1 with what one or two sides say of it. A side is a function that makes, in
    the judging process, a function of the number. Where one ends the process, that is a Crash, and
    another process goes on (the side that comes after it is not asked)."""
    k = 0
    while k < count:
        inside, outside = os.pipe()
        log = os.memfd_create("stderr")
        child = os.fork()
        if child == 0:
            try:
                judge_from(k, count, sides, outside, log)
            except BaseException:
                os.write(log, traceback.format_exc().encode())
            os._exit(3)
        os.close(outside)
        answers = []
        while k < count:
            head = read_exactly(inside, 4)
            data = head and read_exactly(inside, struct.unpack("<I", head)[0])
            if not data:
                break
            answers.append(pickle.loads(data))
            if len(answers) == len(sides):
                yield k, answers[0], answers[-1]
                answers, k = [], k + 1
        os.close(inside)
        _, status = os.waitpid(child, 0)
        if k < count:
            said = os.pread(log, 100000, 0).decode(errors="replace").strip()[-2000:]
            how = Crash(f"ended with status {status:#x}: {said}")
            yield (k, how, None) if not answers else (k, answers[0], how)
            k += 1
        os.close(log)
