# Vekha. `make demo` shows it, `make check` proves it; both install what is missing on a bare Debian 12 first.
#
#   all  demo  check  quickcheck  asan  lint  fuzz  torture  bench  backtest  coverage  install  deb  package-check  upgrade-check  deps  clean
#
# A .c file in a folder of the house belongs to that folder's library or program; there is no other list.

.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

VERSION := 0.1.0
BUILD   ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
LIBDIR  ?= $(PREFIX)/lib
UNITDIR ?= $(PREFIX)/lib/systemd/system
CC      ?= gcc
CC      := $(if $(filter cc,$(CC)),gcc,$(CC))
PYTHON  ?= /usr/bin/python3
MINUTES ?= 1
SEEDS   ?= 300

WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
OPT     ?= -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong
SAN     ?=
CFLAGS  += -std=c17 -D_GNU_SOURCE $(OPT) $(WARN) $(SAN) -fPIC -fvisibility=hidden -MMD -MP
# Headers of other people, protobuf-c's output among them, are held to their own standard.
CPPFLAGS += -Iproto -Idaemon -Iclients -isystem $(BUILD)/proto -DVEKHA_VERSION='"$(VERSION)"' \
            -DVEKHA_SYSCONFDIR='"/etc/vekha"' -DVEKHA_SCHEMA=$(SCHEMA)
LDFLAGS += -pie -Wl,-z,relro,-z,now -Wl,--as-needed $(SAN)

LIBS_BASE   := -lm
LIBS_WIRE   := -lzmq -lprotobuf-c -lsodium
LIBS_DAEMON := -levent_core -levent_extra -lpq -lconfuse -lcurl -lsystemd -ljansson -lcairo -lfontconfig -lpng16 $(LIBS_WIRE) $(LIBS_BASE)
LIBS_SUBMIT := -lconfuse -lcsv -lzip -lexpat $(LIBS_WIRE) $(LIBS_BASE)
LIBS_LIBRARY := -lconfuse $(LIBS_WIRE) $(LIBS_BASE)
LIBS_ADMIN  := -lpq -lconfuse -lcsv -ljansson $(LIBS_WIRE) $(LIBS_BASE)
CPPFLAGS    += -isystem /usr/include/postgresql

objects = $(patsubst %.c,$(BUILD)/%.o,$(wildcard $(1)))
BASE   := $(call objects,proto/base/*.c)
WIRE   := $(call objects,proto/wire/*.c) $(BUILD)/proto/vekha.pb-c.o
MODEL  := $(call objects,daemon/model/*.c)
RULES  := $(call objects,daemon/rules/*.c)
DAEMON := $(filter-out $(MODEL) $(RULES),$(call objects,daemon/*.c daemon/*/*.c))
CLIENT := $(call objects,clients/*.c clients/agent/*.c)
SCHOOL := $(call objects,clients/school/*.c clients/sheet/*.c clients/spool/*.c) $(CLIENT)
SUBMIT := $(call objects,clients/submit/*.c clients/template/*.c) $(SCHOOL)
AGENT  := $(call objects,clients/folder/*.c) $(SCHOOL)
ADMIN  := $(call objects,clients/admin/*.c clients/school/texts.c clients/sheet/reading.c clients/sheet/spoken.c clients/sheet/units.c) $(CLIENT) $(BUILD)/migrations.o
UNIT   := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/test_*.c))
# Tests that refuse memory: with a malloc of their own, for which a sanitizer has no place.
ALLOC  := $(if $(findstring address,$(SAN)),,$(patsubst %.c,$(BUILD)/%,$(wildcard tests/alloc/test_*.c)))
FUZZ   := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
BACKTEST := $(call objects,tests/backtest/*.c)
# The library for other programs: what vekha-submit is made of, with nothing to see but vekha.h.
SONAME := libvekha.so.1
LIBRARY_PARTS := $(BASE) $(WIRE) $(MODEL) $(RULES) $(SCHOOL)
WHOLE := -Wl,--no-undefined
LDFLAGS_LIBRARY := -shared -Wl,-soname,$(SONAME) -Wl,-z,relro,-z,now -Wl,--as-needed $(if $(SAN),$(SAN),$(WHOLE))
LIBRARY := $(addprefix $(BUILD)/,$(SONAME) libvekha.so libvekha.a)
BENCH  := $(addprefix $(BUILD)/tests/bench/,load verify floor)
SQL    := $(sort $(wildcard sql/*.sql))
SCHEMA := $(patsubst 0%,%,$(patsubst 0%,%,$(firstword $(subst _, ,$(notdir $(lastword $(SQL)))))))

PROGRAMS := $(addprefix $(BUILD)/,vekhad vekha-submit vekha-agent vekhactl)
# One short line for each step; V=1 shows the commands.
run = $(if $(V),,@printf '  %-6s %s\n' $(1) '$@' &&) $(2)

SOURCES  := $(wildcard proto/*/*.[ch] daemon/*.[ch] daemon/*/*.[ch] clients/*.[ch] clients/*/*.[ch] \
            tests/*/*.[ch])

.PHONY: all demo check quickcheck unit alloc sql system crash torture asan lint fuzz fuzz-build bench backtest coverage install deb package-check upgrade-check deps clean
all: $(PROGRAMS) $(LIBRARY)

# --- what is built --------------------------------------------------------------------------------------------

$(BUILD)/vekhad: $(DAEMON) $(BUILD)/librules.a $(BUILD)/libmodel.a $(BUILD)/libwire.a $(BUILD)/libbase.a
	$(call run,LINK,$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_DAEMON))
$(BUILD)/vekha-submit: $(SUBMIT) $(BUILD)/librules.a $(BUILD)/libmodel.a $(BUILD)/libwire.a $(BUILD)/libbase.a
	$(call run,LINK,$(CC) $(LDFLAGS) -o $@ $^ -lxlsxwriter $(LIBS_SUBMIT))
$(BUILD)/vekha-agent: $(AGENT) $(BUILD)/librules.a $(BUILD)/libmodel.a $(BUILD)/libwire.a $(BUILD)/libbase.a
	$(call run,LINK,$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_SUBMIT))
$(BUILD)/vekhactl: $(ADMIN) $(BUILD)/librules.a $(BUILD)/libmodel.a $(BUILD)/libwire.a $(BUILD)/libbase.a
	$(call run,LINK,$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_ADMIN))

# One object of what the library needs, with every other name made local, so that it meets no name of who links it.
$(BUILD)/libvekha.o: $(BUILD)/clients/lib/vekha.o $(LIBRARY_PARTS)
	$(call run,LD,rm -f $@.a && ar rcs $@.a $(LIBRARY_PARTS) && ld -r -o $@ $< --start-group $@.a --end-group && \
	    objcopy --localize-hidden $@)
$(BUILD)/$(SONAME): $(BUILD)/libvekha.o
	$(call run,LINK,$(CC) $(LDFLAGS_LIBRARY) -o $@ $< $(LIBS_LIBRARY))
$(BUILD)/libvekha.so: $(BUILD)/$(SONAME)
	$(call run,LN,ln -sf $(SONAME) $@)
$(BUILD)/libvekha.a: $(BUILD)/libvekha.o

$(BUILD)/libbase.a: $(BASE)
$(BUILD)/libwire.a: $(WIRE)
$(BUILD)/libmodel.a: $(MODEL)
$(BUILD)/librules.a: $(RULES)
%.a:
	$(call run,AR,rm -f $@ && ar rcs $@ $^)

$(BUILD)/%.o: %.c | $(BUILD)/proto/vekha.pb-c.h
	@mkdir -p $(@D)
	$(call run,CC,$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<)
$(BUILD)/proto/vekha.pb-c.o: $(BUILD)/proto/vekha.pb-c.c
	$(call run,CC,$(CC) $(CPPFLAGS) $(filter-out -W%,$(CFLAGS)) -c -o $@ $<)
$(BUILD)/proto/vekha.pb-c.c $(BUILD)/proto/vekha.pb-c.h &: proto/vekha.proto
	@mkdir -p $(BUILD)/proto
	$(call run,PROTOC,protoc-c --proto_path=proto --c_out=$(BUILD)/proto proto/vekha.proto)
$(BUILD)/proto/vekha_pb2.py: proto/vekha.proto
	@mkdir -p $(BUILD)/proto
	$(call run,PROTOC,protoc --proto_path=proto --python_out=$(BUILD)/proto proto/vekha.proto)

$(BUILD)/migrations.c: $(SQL) sql/embed
	@mkdir -p $(@D)
	$(call run,EMBED,sql/embed $(SQL) > $@)
$(BUILD)/daemon/lookout/lookout.o: $(SQL)
$(BUILD)/migrations.o: $(BUILD)/migrations.c
	$(call run,CC,$(CC) $(CPPFLAGS) $(CFLAGS) -Wno-overlength-strings -c -o $@ $<)

# --- tests ----------------------------------------------------------------------------------------------------

$(BUILD)/tests/unit/test_%: tests/unit/test_%.c $(BUILD)/librules.a $(BUILD)/libmodel.a $(BUILD)/libwire.a $(BUILD)/libbase.a
	@mkdir -p $(@D)
	$(call run,TEST,$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $< $(filter %.o,$^) $(filter %.a,$^) \
	    -lcmocka -lcsv -lzip -lexpat -ljansson $(LIBS_DAEMON))

$(BUILD)/tests/unit/test_debversion: $(BUILD)/clients/admin/debversion.o
$(BUILD)/tests/unit/test_turnstile: $(BUILD)/daemon/turnstile.o
$(BUILD)/tests/unit/test_hearing: $(addprefix $(BUILD)/clients/agent/,connection.o hearing.o talk.o)
$(BUILD)/tests/unit/test_questions: $(addprefix $(BUILD)/clients/,moment.o object.o table.o terminal.o words.o school/figures.o school/questions.o school/texts.o)
$(BUILD)/tests/unit/test_glance: $(addprefix $(BUILD)/clients/agent/,part.o pages.o)

$(BUILD)/tests/alloc/test_%: $(BUILD)/tests/alloc/test_%.o $(BUILD)/tests/alloc/faults.o $(BUILD)/librules.a $(BUILD)/libmodel.a \
                             $(BUILD)/libwire.a $(BUILD)/libbase.a
	$(call run,TEST,$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) -lcmocka -lcsv -lzip -lexpat $(LIBS_DAEMON))
.SECONDARY: $(ALLOC:=.o)
$(BUILD)/tests/alloc/faults.o: CFLAGS += -fno-builtin -fvisibility=default
$(BUILD)/tests/alloc/test_school: $(SCHOOL)
$(BUILD)/tests/alloc/test_centre: $(filter-out $(BUILD)/daemon/main.o,$(DAEMON))

FUZZ_FLAGS := -std=c17 -D_GNU_SOURCE -O1 -g $(WARN) -Wno-pedantic -fno-sanitize-recover=undefined -MMD -MP
FUZZ_CODE  := -fsanitize=fuzzer-no-link,address,undefined
FUZZ_MAIN  := -fsanitize=fuzzer,address,undefined
FUZZ_LIB   := $(patsubst %.c,$(BUILD)/fuzz/%.o,$(wildcard proto/base/*.c proto/wire/*.c daemon/model/*.c daemon/rules/*.c)) \
              $(BUILD)/fuzz/vekha.pb-c.o

# The code under test is instrumented too: once, for all fuzz targets.
.SECONDARY: $(FUZZ_LIB)
$(BUILD)/fuzz/%.o: %.c | $(BUILD)/proto/vekha.pb-c.h
	@mkdir -p $(@D)
	$(call run,FUZZ,clang $(FUZZ_FLAGS) $(CPPFLAGS) $(FUZZ_CODE) -c -o $@ $<)
$(BUILD)/fuzz/vekha.pb-c.o: $(BUILD)/proto/vekha.pb-c.c
	@mkdir -p $(@D)
	$(call run,FUZZ,clang $(filter-out -W%,$(FUZZ_FLAGS)) $(CPPFLAGS) $(FUZZ_CODE) -c -o $@ $<)
$(BUILD)/fuzz/fuzz_%: tests/fuzz/fuzz_%.c $(FUZZ_LIB)
	@mkdir -p $(@D)
	$(call run,FUZZ,clang $(FUZZ_FLAGS) $(CPPFLAGS) $(FUZZ_MAIN) -o $@ $< $(FUZZ_LIB) \
	    -lcsv -lzip -lexpat -lconfuse -ljansson -lpq $(LIBS_WIRE) -lm)

deps:
	tests/deps
unit: $(UNIT)
	tests/run unit $(UNIT)
alloc: $(ALLOC)
	tests/run unit $(ALLOC)
sql: $(PROGRAMS)
	tests/sql/run
system: $(PROGRAMS) $(BENCH) $(BUILD)/proto/vekha_pb2.py
	BUILD=$(BUILD) tests/run system
crash: $(PROGRAMS) $(BUILD)/proto/vekha_pb2.py
	BUILD=$(BUILD) tests/run crash
# Upgrades a centre of an earlier commit under load: FROM="COMMIT…", otherwise the last before the newest migration.
upgrade-check: $(PROGRAMS) $(BUILD)/proto/vekha_pb2.py
	BUILD=$(BUILD) FROM="$(FROM)" tests/run upgrade
torture: $(PROGRAMS) $(BUILD)/proto/vekha_pb2.py
	BUILD=$(BUILD) N=$(or $(N),200) SEED=$(or $(SEED),1) tests/run torture
fuzz-build: $(FUZZ)
fuzz: $(FUZZ)
	MINUTES=$(MINUTES) tests/fuzz/run $(FUZZ)

# The gate: everything, from a bare machine.  Counts of all runners are summed up in the last line.
check: deps
	$(MAKE) -j2 all $(UNIT) $(ALLOC) $(FUZZ) $(BENCH) $(BUILD)/proto/vekha_pb2.py
	@BUILD=$(BUILD) tests/run check $(UNIT) $(ALLOC)
quickcheck:
	$(MAKE) -j2 all $(UNIT) $(ALLOC) $(BUILD)/proto/vekha_pb2.py
	@BUILD=$(BUILD) tests/run quick $(UNIT) $(ALLOC)
asan:
	$(MAKE) BUILD=build/asan CC=clang OPT='-O1 -g -fno-omit-frame-pointer' \
	    SAN='-fsanitize=address,undefined -fno-sanitize-recover=undefined' asan-tests
asan-tests: $(PROGRAMS) $(BENCH) $(UNIT) $(BUILD)/proto/vekha_pb2.py
	@BUILD=$(BUILD) tests/run asan $(UNIT)
lint: $(BUILD)/proto/vekha.pb-c.h $(BUILD)/migrations.c
	@BUILD=$(BUILD) NODES=$(NODES) tests/lint $(SOURCES)
bench: $(PROGRAMS) $(BENCH) $(BUILD)/proto/vekha_pb2.py
	BUILD=$(BUILD) tests/bench/run
backtest: $(BUILD)/tests/backtest/backtest
	$< $(SEEDS) $(BUILD)/backtest.json
coverage:
	$(MAKE) BUILD=build/coverage OPT='-O0 -g' SAN='--coverage' coverage-report
coverage-report: $(PROGRAMS) $(LIBRARY) $(BENCH) $(UNIT) $(ALLOC) $(BUILD)/proto/vekha_pb2.py
	BUILD=$(BUILD) tests/coverage $(UNIT) $(ALLOC)

$(BUILD)/tests/bench/load: $(BUILD)/tests/bench/player.o
$(BUILD)/tests/bench/floor: $(addprefix $(BUILD)/daemon/,store/group.o store/turns.o store/ingest.o store/array.o log.o)
$(BENCH): %: %.o $(BUILD)/tests/bench/kit.o $(BUILD)/libwire.a $(BUILD)/libbase.a
	$(call run,BENCH,$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) -lpq $(LIBS_WIRE) $(LIBS_BASE))

$(BUILD)/tests/backtest/backtest: $(BACKTEST) $(BUILD)/libmodel.a $(BUILD)/libbase.a
	$(call run,LINK,$(CC) $(LDFLAGS) -o $@ $^ $(LIBS_BASE))

# --- use ------------------------------------------------------------------------------------------------------

demo: deps
	$(MAKE) -j2 all
	BUILD=$(BUILD) examples/bogotol/demo

# put MODE,FOLDER,FILES
put = install -D -m $(1) -t $(DESTDIR)$(2) $(3)
SHARE := $(PREFIX)/share

install: all
	$(call put,755,$(PREFIX)/sbin,$(BUILD)/vekhad)
	$(call put,755,$(PREFIX)/bin,$(BUILD)/vekha-submit $(BUILD)/vekha-agent $(BUILD)/vekhactl)
	$(call put,644,$(SHARE)/man/man1,$(wildcard docs/man/*.1))
	$(call put,644,$(SHARE)/man/man8,$(wildcard docs/man/*.8))
	$(call put,644,$(SHARE)/doc/vekha,README.md LICENSE $(wildcard docs/*.md docs/*.svg) proto/vekha.proto)
	install -m 644 proto/README.md $(DESTDIR)$(SHARE)/doc/vekha/protocol.md
	$(call put,644,$(SHARE)/vekha/examples,examples/submit.c)
	$(call put,644,$(SHARE)/vekha/examples/bogotol,$(filter-out %/demo,$(wildcard examples/bogotol/*)))
	$(call put,644,$(SHARE)/vekha/examples/calendars,$(wildcard examples/calendars/*))
	$(call put,644,$(SHARE)/vekha/examples/prometheus,$(wildcard examples/prometheus/*))
	for program in vekhad vekhactl vekha-submit vekha-agent; do \
	    install -D -m 644 clients/completion $(DESTDIR)$(SHARE)/bash-completion/completions/$$program; done
	$(call put,644,$(PREFIX)/include,clients/lib/vekha.h)
	$(call put,644,$(LIBDIR),$(BUILD)/$(SONAME) $(BUILD)/libvekha.a)
	ln -sf $(SONAME) $(DESTDIR)$(LIBDIR)/libvekha.so
	install -d $(DESTDIR)$(LIBDIR)/pkgconfig $(DESTDIR)$(UNITDIR) $(DESTDIR)$(PREFIX)/lib/systemd/user $(DESTDIR)/etc/vekha
	sed 's|@PREFIX@|$(PREFIX)|; s|@LIBDIR@|$(LIBDIR)|; s|@VERSION@|$(VERSION)|; s|@LIBS@|$(LIBS_LIBRARY)|' clients/lib/vekha.pc.in \
	    > $(DESTDIR)$(LIBDIR)/pkgconfig/vekha.pc
	for name in vekhad vekha-agent; do \
	    install -D -m 644 systemd/$$name.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/$$name.conf; done
	install -D -m 644 systemd/vekha-agent.tmpfiles $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/vekha-agent.conf
	for unit in vekhad vekha-agent user/vekha-agent; do \
	    case $$unit in user/*) folder=$(PREFIX)/lib/systemd/user;; *) folder=$(UNITDIR);; esac; \
	    sed -E 's#/usr/(s?bin)/vekha#$(PREFIX)/\1/vekha#g' systemd/$$unit.service > $(DESTDIR)$$folder/$${unit#user/}.service; done
	test -e $(DESTDIR)/etc/vekha/vekhad.conf || install -m 644 systemd/vekhad.conf $(DESTDIR)/etc/vekha/

# Debian packages of this tree, and their source package, in build/deb; lintian has nothing to say about them.
DEB := $(BUILD)/deb/vekha-$(VERSION)
deb:
	tests/deps packaging
	rm -rf $(BUILD)/deb && mkdir -p $(DEB)
	tar -c --exclude=__pycache__ LICENSE Makefile README.md clients daemon docs examples proto sql systemd tests | tar -x -C $(DEB)
	mv $(DEB)/systemd/debian $(DEB)/debian
	cd $(DEB) && DEB_BUILD_OPTIONS="nocheck parallel=2 $(DEB_BUILD_OPTIONS)" dpkg-buildpackage -us -uc
	lintian --allow-root --info --pedantic --fail-on error,warning,info,pedantic $(BUILD)/deb/*.changes
# They are installed on a bare Debian 12 that boots, and a centre is set up there.
package-check: deb
	BUILD=$(BUILD) tests/run packages

clean:
	rm -rf $(BUILD)

-include $(shell test -d $(BUILD) && find $(BUILD) \( -path $(BUILD)/deb -o -path $(BUILD)/earlier \) -prune -o -type f -name '*.d' -print)
