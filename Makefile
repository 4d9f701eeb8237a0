# Tenon: a C runtime for WebAssembly components. `make help` lists the targets.
#
# Variables: CC, OPT (-O2), B (build folder), DISPATCH (tail, goto or switch; default by
# compiler), ENCODING (ptr or id16), SAN (address, undefined), TINY=1, PREFIX, DESTDIR.
# SPEC_DIR, GUESTS_DIR and BENCH_DIR name folders of test data that a lone clone lacks.

CC       ?= cc
HOSTCC   ?= cc
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
ABI   = -std=c11 -fvisibility=hidden -ffp-contract=off -fno-math-errno -fno-strict-aliasing
FLAGS = $(ABI) $(OPT) -g $(WARN) -Iinclude -Isrc -I$(B)/gen $(DEFS) $(CFLAGS)
DEFS  =
LIBS  = -lm

ifdef SAN
FLAGS += -fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer
LDFLAGS += -fsanitize=$(SAN)
endif
ifdef TINY
DEFS += -DTNI_TINY=1
endif
ifdef DISPATCH
DEFS += -DTNI_DISPATCH_$(DISPATCH)=1
endif
ifeq ($(ENCODING),id16)
DEFS += -DTNI_ENCODING_ID16=1
endif
ifdef M32
FLAGS += -m32 -msse2 -mfpmath=sse
LDFLAGS += -m32
endif

CORE_DIRS = base core binary valid exec component
LIB_DIRS  = $(CORE_DIRS) wit text api wasi platform
LIB_SRC  := $(sort $(wildcard $(addsuffix /*.c,$(addprefix src/,$(LIB_DIRS)))))
LIB_OBJ  := $(LIB_SRC:src/%.c=$(B)/obj/%.o)
PIC_OBJ  := $(LIB_SRC:src/%.c=$(B)/pic/%.o)
TOOL_SRC := $(sort $(wildcard tools/tenon/*.c))
TOOL_OBJ := $(TOOL_SRC:%.c=$(B)/obj/%.o)
UNIT_SRC := $(sort $(wildcard spec-tests/unit/test_*.c))
UNIT_BIN := $(UNIT_SRC:spec-tests/unit/%.c=$(B)/unit/%)
EXAMPLE_SRC := $(sort $(wildcard examples/*.c))
EXAMPLE_BIN := $(EXAMPLE_SRC:examples/%.c=$(B)/examples/%)

.PHONY: all help lib command test unit clean
all: lib command

help:
	@sed -n 's/^#: //p' Makefile

#: make              the library (build/libtenon.a, .so) and the command (build/tenon)
lib: $(B)/libtenon.a
command: $(B)/tenon

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

$(B)/tenon: $(TOOL_OBJ) $(B)/libtenon.a
	$(CC) $(LDFLAGS) $(TOOL_OBJ) $(B)/libtenon.a $(LIBS) -o $@

# Unit tests: one libcheck program for each spec-tests/unit/test_*.c.
CHECK_LIBS = -lcheck -lsubunit -lrt -lpthread
$(B)/unit/%: spec-tests/unit/%.c $(B)/libtenon.a
	@mkdir -p $(@D)
	$(CC) $(filter-out -Wpedantic -Wconversion,$(FLAGS)) -Ispec-tests/unit -MMD -MP $< \
	    $(LDFLAGS) $(B)/libtenon.a $(CHECK_LIBS) $(LIBS) -o $@

#: make unit         the unit tests alone
unit: $(UNIT_BIN)
	@for t in $(UNIT_BIN); do $$t || exit 1; done

#: make clean        removes the build folder
clean:
	rm -rf build build-*

-include $(LIB_OBJ:.o=.d) $(PIC_OBJ:.o=.d) $(TOOL_OBJ:.o=.d) $(UNIT_BIN:=.d)
