# Tenon: a C runtime for WebAssembly components. `make help` lists the targets.
#
# Variables: CC, OPT (-O2), B (build folder), DISPATCH (tail, goto or switch; default by
# compiler), ENCODING (ptr or id16), SAN (address, undefined, thread), TINY=1, GCSTRESS=1, PREFIX,
# DESTDIR.
# SPEC_DIR, GUESTS_DIR and BENCH_DIR name folders of test data that a lone clone lacks;
# WASI_ADAPTERS and WASI_CC are for tools/test-adapt.

CC       ?= cc
HOSTCC   ?= cc
VERSION   = 0.1.0
AR       ?= ar
OPT      ?= -O2
B        ?= build
PREFIX   ?= /usr/local
SPEC_DIR   ?= $(abspath ../shared/spec)
GUESTS_DIR ?= $(abspath ../shared/guests)
BENCH_DIR  ?= $(abspath ../shared/bench)
WIT_DIR    ?= $(abspath ../shared/wit)
export SPEC_DIR GUESTS_DIR BENCH_DIR WIT_DIR

WARN  = -Wall -Wextra -Wpedantic -Wconversion -Wno-sign-conversion -Wshadow -Wswitch -Werror
# 32-bit hosts: files and directories of any size.
ABI   = -std=c11 -D_FILE_OFFSET_BITS=64 -fvisibility=hidden -ffp-contract=off -fno-math-errno -fno-strict-aliasing
FLAGS = $(ABI) $(OPT) -g $(WARN) -Iinclude -Isrc -I$(B)/gen $(DEFS) $(CFLAGS)
DEFS  =
LIBS  = -lm -lpthread

ifdef SAN
FLAGS += -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS += -fsanitize=$(SAN)
endif
ifdef TINY
DEFS += -DTNI_TINY=1
endif
ifdef GCSTRESS
DEFS += -DTNI_GC_STRESS=1
endif
ifdef DISPATCH
DEFS += -DTNI_DISPATCH_$(DISPATCH)=1
endif
ifeq ($(ENCODING),id16)
DEFS += -DTNI_ENCODING_ID16=1
endif

CORE_DIRS = base core binary valid exec component
LIB_DIRS  = $(CORE_DIRS) wit text api wasi
# The platform is posix or none: src/platform/NAME*.c.
PLATFORM ?= posix
# ASYNC=no leaves the asynchronous component model out.
ifeq ($(ASYNC),no)
OMIT = $(addprefix src/component/,task.c cthread.c waitable.c copy.c sched.c pending.c hostcopy.c)
else
OMIT = src/component/async_none.c
endif
LIB_SRC  := $(filter-out $(OMIT),$(sort \
              $(wildcard $(addsuffix /*.c,$(addprefix src/,$(LIB_DIRS))) \
              src/wasi/gen/*.c src/platform/$(PLATFORM)*.c)))
CORE_SRC := $(filter-out $(OMIT),$(sort \
              $(wildcard $(addsuffix /*.c,$(addprefix src/,$(CORE_DIRS))))))
LIB_OBJ  := $(LIB_SRC:src/%.c=$(B)/obj/%.o)
PIC_OBJ  := $(LIB_SRC:src/%.c=$(B)/pic/%.o)
TOOL_SRC := $(sort $(wildcard tools/tenon/*.c) \
              $(filter-out %/main.c,$(wildcard tools/witgen/*.c)))
TOOL_OBJ := $(TOOL_SRC:%.c=$(B)/obj/%.o)
UNIT_SRC := $(sort $(wildcard spec-tests/unit/test_*.c))
UNIT_BIN := $(UNIT_SRC:spec-tests/unit/%.c=$(B)/unit/%)
EXAMPLE_SRC := $(sort $(wildcard examples/*.c))
EXAMPLE_BIN := $(EXAMPLE_SRC:examples/%.c=$(B)/examples/%)

.PHONY: all help lib shared command demo test check-tools unit unit-built spec lint asan ubsan tsan \
        tsan-built tiny gc-stress gc-stress-built dispatch diff-run m32 generate generate-check size bench \
        bench-serve install uninstall nightly man clean format
all: lib shared command

help:
	@sed -n 's/^#: //p' Makefile

#: make              library (build/libtenon.a, libtenon.so) and command (build/tenon)
lib: $(B)/libtenon.a
shared: $(B)/libtenon.so $(B)/tenon.pc
command: $(B)/tenon

# The interpreter alone uses extensions: labels as values, or tail calls. Its registers
# must not be paired in vector ones: gcc would then keep one shared dispatch.
$(B)/obj/exec/interp.o $(B)/pic/exec/interp.o: WARN := $(filter-out -Wpedantic,$(WARN)) \
    -fno-tree-slp-vectorize

$(B)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS) -MMD -MP -c $< -o $@

$(B)/pic/%.o: src/%.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS) -fPIC -MMD -MP -c $< -o $@

$(B)/obj/tools/%.o: tools/%.c
	@mkdir -p $(@D)
	$(CC) $(FLAGS) -Itools -MMD -MP -c $< -o $@

$(B)/libtenon.a: $(LIB_OBJ)
	@rm -f $@
	$(AR) rcs $@ $(LIB_OBJ)

# witgen runs on the machine that builds: base and wit again, with HOSTCC.
WITGEN_SRC = $(sort $(wildcard src/base/*.c tools/witgen/*.c) \
             $(filter-out src/wit/wrap% src/wit/compose% src/wit/wit_linker% \
             src/wit/wit_encoded%,$(wildcard src/wit/*.c)))
WITGEN_OBJ = $(WITGEN_SRC:%.c=$(B)/host/%.o)
$(B)/host/%.o: %.c
	@mkdir -p $(@D)
	$(HOSTCC) -std=c11 -O1 -g $(WARN) -Iinclude -Isrc -Itools -MMD -MP -c $< -o $@

$(B)/witgen: $(WITGEN_OBJ)
	$(HOSTCC) $(WITGEN_OBJ) -lm -o $@

EXTRA_BUILT  += $(B)/witgen
EXTRA_SUITES += witgen='tools/test-witgen $(B)/witgen "$(CC)"'

EXTRA_SUITES += bindgen='tools/test-bindgen $(B)/tenon $(B)/libtenon.a "$(CC) $(LDFLAGS)"'
EXTRA_SUITES += adapt='tools/test-adapt $(B)/tenon $(B)/tool/run-guests'

#: make generate     writes src/wasi/gen from wit/
WASI_WIT = $(sort $(wildcard wit/wasi/*))
WASI_PACKAGES = io clocks random filesystem cli sockets http
GENERATE = $(B)/witgen --host $(addprefix --package wasi:,$(WASI_PACKAGES)) \
           --features network-error-code,clocks-timezone,informational-outbound-responses $(WASI_WIT)
generate: $(B)/witgen
	@mkdir -p src/wasi/gen && $(GENERATE) -o src/wasi/gen

#: make generate-check fails when src/wasi/gen is not what wit/ says
generate-check: $(B)/witgen
	@rm -rf $(B)/generated && $(GENERATE) -o $(B)/generated
	@diff -r $(B)/generated src/wasi/gen || \
	    { echo "src/wasi/gen is not current: run make generate"; exit 1; }

$(B)/tenon: $(TOOL_OBJ) $(B)/libtenon.a
	$(CC) $(LDFLAGS) $(TOOL_OBJ) $(B)/libtenon.a $(LIBS) -o $@

# Unit tests: one libcheck program for each spec-tests/unit/test_*.c. Machines that the tests
# are only cross-compiled for have no libcheck: spec-tests/foreign stands in for it.
ifdef FOREIGN
CHECK_FLAGS = -Ispec-tests/foreign
CHECK_LIBS  = -lrt -lpthread
else
CHECK_LIBS  = -lcheck -lsubunit -lrt -lpthread
endif
$(B)/unit/%: spec-tests/unit/%.c $(B)/libtenon.a
	@mkdir -p $(@D)
	$(CC) $(filter-out -Wpedantic -Wconversion,$(FLAGS)) $(CHECK_FLAGS) -Ispec-tests/unit -MMD -MP $< \
	    $(LDFLAGS) $(B)/libtenon.a $(CHECK_LIBS) $(LIBS) -o $@

$(B)/libtenon.so: $(PIC_OBJ)
	$(CC) -shared $(LDFLAGS) -Wl,-soname,libtenon.so.0 $(PIC_OBJ) $(LIBS) -o $@

$(B)/tenon.pc: Makefile
	@mkdir -p $(@D)
	@printf '%s\n' 'prefix=$(PREFIX)' 'libdir=$${prefix}/lib' \
	    'includedir=$${prefix}/include' '' 'Name: tenon' \
	    'Description: A runtime for WebAssembly components' 'Version: $(VERSION)' \
	    'Libs: -L$${libdir} -ltenon' 'Libs.private: -lm -lpthread' 'Cflags: -I$${includedir}' > $@

$(B)/examples/%: examples/%.c $(B)/libtenon.a
	@mkdir -p $(@D)
	$(CC) $(FLAGS) -MMD -MP $< $(LDFLAGS) $(B)/libtenon.a $(LIBS) -o $@

# Examples whose bindings are written when they are built, as `tenon bindgen` does it, from
# the contract that they share with a guest of ours.
BOUND_EXAMPLES = log-filter process-data shipping-rates kv-capability line-stream
define bound_example
$(B)/examples/$(1): examples/$(1).c spec-tests/guests/$(1)/$(1).wit $(B)/witgen \
    $(B)/libtenon.a
	@rm -rf $$@-bindings && mkdir -p $$@-bindings
	$(B)/witgen --host C spec-tests/guests/$(1)/$(1).wit -o $$@-bindings > /dev/null
	$$(CC) $$(FLAGS) -I$$@-bindings $$< $$@-bindings/*.c $$(LDFLAGS) $(B)/libtenon.a \
	    $$(LIBS) -o $$@
endef
$(foreach e,$(BOUND_EXAMPLES),$(eval $(call bound_example,$(e))))

$(B)/tool/%: tools/%.c
	@mkdir -p $(@D)
	$(CC) -std=c11 -O2 -Wall -Wextra -Werror $< -lm -o $@

# The scripts that go through every shape of operands are written when tests are run.
$(B)/scripts/written: $(B)/tool/gen-scripts
	@mkdir -p $(@D)
	@$< $(@D)
	@touch $@

#: make demo         builds everything and runs a component
demo: command
	@tools/demo $(B)/tenon

# Fuzz targets: fuzz/fuzz_*.c, each with a committed corpus in fuzz/corpus.
FUZZ_TARGETS := $(patsubst fuzz/fuzz_%.c,%,$(sort $(wildcard fuzz/fuzz_*.c)))
FUZZ_BIN     := $(addprefix $(B)/fuzz/,$(FUZZ_TARGETS))
FUZZ_CC       = $(CC) $(filter-out -Wpedantic -Wconversion,$(FLAGS)) -MMD -MP
$(B)/fuzz/%: fuzz/fuzz_%.c fuzz/replay.c $(B)/libtenon.a
	@mkdir -p $(@D)
	$(FUZZ_CC) -MF $@.d -MT $@ $< fuzz/replay.c $(LDFLAGS) $(B)/libtenon.a $(LIBS) -o $@
$(B)/libfuzzer/%: fuzz/fuzz_%.c $(B)/libtenon.a
	@mkdir -p $(@D)
	$(FUZZ_CC) -MF $@.d -MT $@ $< $(LDFLAGS) -fsanitize=fuzzer $(B)/libtenon.a $(LIBS) -o $@
EXTRA_BUILT  += $(FUZZ_BIN)
$(B)/fuzz/observe: fuzz/observe.c $(B)/libtenon.a
	@mkdir -p $(@D)
	$(FUZZ_CC) -MF $@.d -MT $@ $< $(LDFLAGS) $(B)/libtenon.a $(LIBS) -o $@

#: make diff-run     random modules here and on another engine (tools/diff-run): DIFF_ARGS
diff-run: $(B)/fuzz/observe
	@tools/diff-run $(B)/fuzz/observe $(DIFF_ARGS)

# What is replayed for each: its corpus; for scripts, ours and the official async ones too.
CORPUS        = fuzz/corpus/$(1) $(CORPUS_$(1))
CORPUS_script = spec-tests/component $(wildcard $(SPEC_DIR)/component/async)
EXTRA_SUITES += $(foreach t,$(FUZZ_TARGETS),replay-$(t)='$(B)/fuzz/$(t) $(call CORPUS,$(t))')

#: make replay       the committed corpora through the fuzz targets, without a fuzzer
replay: $(FUZZ_BIN)
	@tools/run-tests $(B)/logs \
	    $(foreach t,$(FUZZ_TARGETS),replay-$(t)='$(B)/fuzz/$(t) $(call CORPUS,$(t))')

#: make fuzz-TARGET  libFuzzer on one of fuzz/fuzz_*.c (needs clang); FUZZ_ARGS=-runs=N
FUZZ_ARGS ?= -max_total_time=600
fuzz-%:
	@$(MAKE) --no-print-directory B=build/fuzz CC=$(CLANG) OPT=-O1 \
	    SAN=fuzzer-no-link,address,undefined build/fuzz/libfuzzer/$*
	@mkdir -p build/fuzz/found/$*
	build/fuzz/libfuzzer/$* $(FUZZ_ARGS) -artifact_prefix=build/fuzz/found/$*- \
	    build/fuzz/found/$* fuzz/corpus/$*

#: make afl-TARGET   AFL++ on the same (needs afl++); AFL_ARGS="-V SECONDS". What it finds is
#:                   in build/afl/found/TARGET/default/crashes and hangs
AFL_ARGS ?= -V 600
afl-%:
	@$(MAKE) --no-print-directory B=build/afl CC=afl-clang-fast OPT=-O1 \
	    SAN=address,undefined build/afl/fuzz/$*
	@mkdir -p build/afl/found
	AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 afl-fuzz $(AFL_ARGS) \
	    -i fuzz/corpus/$* -o build/afl/found/$* -- build/afl/fuzz/$*

#: make oom          the corpora again with each allocation refused in turn; OOM_MOST=N
OOM_MOST ?= 300
oom: $(FUZZ_BIN)
	@tools/run-tests $(B)/logs $(foreach t,$(filter-out random,$(FUZZ_TARGETS)),\
	    oom-$(t)='$(B)/fuzz/$(t) --oom --most $(OOM_MOST) $(call CORPUS,$(t))')

# How many seeds of the scheduler the component scripts run under.
SEEDS ?= 5
PROPOSALS = -W threads,legacy-exceptions,component-model-threading \
            -W component-model-async-stackful,component-model-more-async-builtins
# What `make test` runs: each test_*.c, then the suites that are commands.
SUITES = $(foreach t,$(UNIT_BIN),$(notdir $(t))=$(t))
SUITES += guests='$(B)/tool/run-guests $(B)/tenon spec-tests/guests/* $(GUESTS_DIR)/*'
SUITES += command='tools/test-command $(B)/tenon'
SUITES += plugins='tools/test-plugins $(B)/tenon'
# The C++ compiler of the same family: cc c++, gcc g++, clang-19 clang++-19.
CXX_OF_CC = $(subst clang,clang++,$(subst gcc,g++,$(patsubst cc,c++,$(CC))))
SUITES += cxx='env CXX="$(CXX_OF_CC)" tools/test-cxx $(B)/libtenon.a "$(LDFLAGS)"'
SUITES += worlds='tools/test-worlds $(B)/tenon'
SUITES += tls='tools/test-tls $(B)/tenon $(B)/libtenon.a "$(CC) $(LDFLAGS)"'
SUITES += versions='tools/test-versions $(B)/tenon'
SUITES += wasi='tools/test-wasi $(B)/tenon'
SUITES += languages='tools/test-languages $(B)/tenon c cxx rust'
SUITES += preview1='tools/test-preview1 $(B)/tenon run'
SUITES += examples='tools/test-examples $(B)'
SUITES += docs='tools/test-docs $(B)/tenon $(B)/libtenon.a $(B)/tenon.pc "$(CC) $(LDFLAGS)"'
SUITES += man='tools/man $(B)/tenon --check'
EXTRA_BUILT += $(B)/tenon.pc
SUITES += serve='tools/test-serve $(B)/tenon'
ifneq ($(wildcard spec-tests/core/*.wast),)
SUITES += scripts='$(B)/tenon wast spec-tests/core $(B)/scripts'
EXTRA_BUILT += $(B)/scripts/written
endif
ifneq ($(wildcard spec-tests/proposals/*.wast),)
SUITES += proposals='$(B)/tenon wast $(PROPOSALS) spec-tests/proposals'
endif
ifndef SAN
SUITES += depth='tools/test-depth $(B)/tenon'
endif
# The same scripts traced, but for what takes a million calls.
SUITES += traced='$(B)/tenon wast -W threads -W legacy-exceptions --trace /dev/null \
    $(filter-out %/tail_calls.wast,$(wildcard spec-tests/core/*.wast)) \
    $(wildcard spec-tests/proposals)'
SUITES += components='tools/test-components $(B)/tenon'
SUITES += seeds='tools/test-seeds $(B)/tenon $(SEEDS)'
SUITES += slices='tools/test-slices $(B)/tenon'
SUITES += roundtrip='tools/test-roundtrip $(B)/tenon $(B)/scripts $(if $(TINY),4000)'
SUITES += wabt='tools/test-wabt $(B)/tenon $(B)/scripts'
SUITES += $(EXTRA_SUITES)

#: make test         builds and runs everything of ours; ends with N passed, N failed
test: check-tools
	@$(MAKE) --no-print-directory test-built
test-built: $(B)/tenon $(UNIT_BIN) $(EXAMPLE_BIN) $(B)/tool/run-guests $(EXTRA_BUILT)
	@tools/run-tests $(B)/logs $(SUITES)

# libcheck and wabt: installed if they are missing and we may, else said how.
check-tools:
	@tools/install-test-tools

#: make unit         the unit tests alone
unit-built: $(UNIT_BIN)
unit: unit-built
	@tools/run-tests $(B)/logs $(foreach t,$(UNIT_BIN),$(notdir $(t))=$(t))

#: make spec         the official suites in SPEC_DIR
spec: $(B)/tenon
	@tools/run-spec $(B)/tenon $(B)/logs

#: make lint         format, layers, symbols, generated files current
lint: $(B)/libtenon.a $(B)/libtenon.so
	@tools/lint $(B)

#: make format       rewrites the sources in the house's format
format:
	@tools/format -i

#: make asan, ubsan  everything of ours and the official suites under a sanitizer
asan:
	@$(MAKE) --no-print-directory test B=build/asan SAN=address OPT=-O1
	@$(MAKE) --no-print-directory spec B=build/asan SAN=address OPT=-O1
ubsan:
	@$(MAKE) --no-print-directory test B=build/ubsan SAN=undefined OPT=-O1
	@$(MAKE) --no-print-directory spec B=build/ubsan SAN=undefined OPT=-O1
sanitize:
	@$(MAKE) --no-print-directory test B=build/san SAN=address,undefined OPT=-O1

#: make tsan         the tests of what threads share, under ThreadSanitizer
TSAN_B = build/tsan
TSAN_UNITS = test_threads test_hostasync
tsan:
	@$(MAKE) --no-print-directory B=$(TSAN_B) SAN=thread OPT=-O1 tsan-built
tsan-built: $(addprefix $(B)/unit/,$(TSAN_UNITS))
	@tools/run-tests $(B)/logs $(foreach t,$(TSAN_UNITS),$(t)=$(B)/unit/$(t))

#: make tiny         the same with tiny buffers and segments, so that growth paths run
tiny:
	@$(MAKE) --no-print-directory test B=build/tiny TINY=1 SAN=address,undefined OPT=-O1
	@$(MAKE) --no-print-directory spec B=build/tiny TINY=1 SAN=address,undefined OPT=-O1

#: make gc-stress    a collection at every allocation: the tests that have objects, and the
#:                   official core suites
GC_STRESS_UNITS = test_gc test_exceptions test_bulk test_runtime test_random
GC_STRESS_B = build/gc-stress
gc-stress:
	@$(MAKE) --no-print-directory B=$(GC_STRESS_B) GCSTRESS=1 SAN=address,undefined OPT=-O1 \
	    gc-stress-built
gc-stress-built: $(B)/tenon $(addprefix $(B)/unit/,$(GC_STRESS_UNITS)) $(B)/scripts/written
	@tools/run-tests $(B)/logs $(foreach t,$(GC_STRESS_UNITS),$(t)=$(B)/unit/$(t)) \
	    scripts='$(B)/tenon wast spec-tests/core $(B)/scripts' \
	    proposals='$(B)/tenon wast $(PROPOSALS) spec-tests/proposals' \
	    spec='tools/run-spec $(B)/tenon $(B)/logs'

#: make dispatch     everything in each dispatch style and encoding
dispatch:
	@for d in goto switch; do for e in ptr id16; do \
	    echo "dispatch $$d, encoding $$e"; \
	    $(MAKE) --no-print-directory test B=build/$$d-$$e DISPATCH=$$d ENCODING=$$e \
	        || exit 1; done; done
	@if command -v $(CLANG) > /dev/null; then for e in ptr id16; do \
	    echo "dispatch tail, encoding $$e"; \
	    $(MAKE) --no-print-directory test B=build/tail-$$e CC=$(CLANG) DISPATCH=tail \
	        ENCODING=$$e || exit 1; done; \
	else echo "skipped: dispatch tail needs clang"; fi
CLANG ?= $(shell command -v clang-19 || command -v clang || echo clang)

#: make size         compiles the core for Cortex-M4 at -Os and prints its size
ARM_CC ?= arm-none-eabi-gcc
ARM_FLAGS = -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 -Os \
            -ffunction-sections -fdata-sections -Iinclude -Isrc \
            -DTNI_ENCODING_ID16=1 -DTNI_DISPATCH_switch=1
size:
	@tools/size '$(ARM_CC)' '$(ABI) $(ARM_FLAGS)' build/cortex-m4 $(CORE_SRC)

#: make bench        the programs of BENCH_DIR; PEERS="wasm3=/path/to/wasm3" for ratios;
#:                   then what calls, pooled instances, and loading a large module cost,
#:                   also beside wasmtime when PYTHON has its package, and beside node
ROUNDS ?= 5
PYTHON ?= python3
$(B)/tool/bench-calls $(B)/tool/bench-load: $(B)/tool/%: tools/%.c $(B)/libtenon.a
	@mkdir -p $(@D)
	$(CC) $(FLAGS) $< $(LDFLAGS) $(B)/libtenon.a $(LIBS) -o $@
bench: $(B)/tenon $(B)/tool/bench $(B)/tool/bench-calls $(B)/tool/bench-load
	@if [ -d "$(BENCH_DIR)" ]; then \
	    $(B)/tool/bench $(B)/tenon $(BENCH_DIR) -n $(ROUNDS) $(PEERS); \
	else echo "skipped: BENCH_DIR is not there: $(BENCH_DIR)"; fi
	@$(B)/tool/bench-calls $(GUESTS_DIR)
	@$(PYTHON) tools/bench-calls-peer $(B)/tool/bench-calls $(GUESTS_DIR) -n $(ROUNDS)
	@$(PYTHON) tools/bench-js-peer $(B)/tool/bench-calls $(GUESTS_DIR) -n $(ROUNDS)
	@$(PYTHON) tools/bench-load-peer $(B)/tool/bench-load \
	    $(GUESTS_DIR)/js-log-filter/js-log-filter.wasm -n $(ROUNDS)
	@tools/bench-serve $(B)/tenon $(SERVE_SECONDS) $(SERVE_CONNECTIONS)

#: make bench-serve  the last part of that, tenon serve under wrk: SERVE_SECONDS=60,
#:                   SERVE_CONNECTIONS, WORKERS, HTTP_GUESTS="js=FILE" for more handlers,
#:                   SERVE_PEERS="wasmtime=/path/to/wasmtime" for others beside it
SERVE_SECONDS     ?= 3
SERVE_CONNECTIONS ?= 64
export HTTP_GUESTS SERVE_PEERS WORKERS
bench-serve: $(B)/tenon
	@tools/bench-serve $(B)/tenon $(SERVE_SECONDS) $(SERVE_CONNECTIONS)

#: make install      library, headers, command, pkg-config file (PREFIX, DESTDIR)
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig \
	    $(DESTDIR)$(PREFIX)/include/tenon
	install -m 755 $(B)/tenon $(DESTDIR)$(PREFIX)/bin/
	install -m 644 $(B)/libtenon.a $(DESTDIR)$(PREFIX)/lib/
	install -m 755 $(B)/libtenon.so $(DESTDIR)$(PREFIX)/lib/libtenon.so.0
	ln -sf libtenon.so.0 $(DESTDIR)$(PREFIX)/lib/libtenon.so
	install -m 644 $(B)/tenon.pc $(DESTDIR)$(PREFIX)/lib/pkgconfig/
	install -d $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 docs/tenon.1 docs/tenon-*.1 $(DESTDIR)$(PREFIX)/share/man/man1/
	install -m 644 include/tenon.h $(DESTDIR)$(PREFIX)/include/
	install -m 644 include/tenon/*.h include/tenon/*.def $(DESTDIR)$(PREFIX)/include/tenon/

#: make uninstall    takes the same files away
uninstall:
	rm -rf $(DESTDIR)$(PREFIX)/bin/tenon $(DESTDIR)$(PREFIX)/lib/libtenon.a \
	    $(DESTDIR)$(PREFIX)/lib/libtenon.so $(DESTDIR)$(PREFIX)/lib/libtenon.so.0 \
	    $(DESTDIR)$(PREFIX)/lib/pkgconfig/tenon.pc $(DESTDIR)$(PREFIX)/include/tenon.h \
	    $(DESTDIR)$(PREFIX)/include/tenon $(DESTDIR)$(PREFIX)/share/man/man1/tenon.1 \
	    $(DESTDIR)$(PREFIX)/share/man/man1/tenon-*.1

#: make m32          everything of ours, built for 32 bits (i686, under qemu-user)
M32_CC ?= i686-linux-gnu-gcc -msse2 -mfpmath=sse
m32:
	@tools/test-foreign '$(M32_CC)' qemu-i386 build/m32

#: make big-endian   everything of ours on s390x, under qemu-user
BIG_CC ?= s390x-linux-gnu-gcc
big-endian:
	@tools/test-foreign '$(BIG_CC)' qemu-s390x build/big-endian

#: make nightly      what CI leaves out, or STEPS of it: see tools/nightly
nightly:
	@tools/nightly $(STEPS)

#: make man          writes docs/tenon-COMMAND.1 from each command's --help
man: $(B)/tenon
	@tools/man $(B)/tenon

#: make clean        removes the build folder
clean:
	rm -rf build build-*

-include $(FUZZ_BIN:=.d) $(B)/fuzz/observe.d $(LIB_OBJ:.o=.d) $(PIC_OBJ:.o=.d) $(TOOL_OBJ:.o=.d) $(UNIT_BIN:=.d) $(WITGEN_OBJ:.o=.d)
