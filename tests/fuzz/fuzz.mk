# tests/fuzz/fuzz-NAME.c defines LLVMFuzzerTestOneInput; its corpus is
# tests/fuzz/corpus/NAME. With --enable-fuzzing (CC=clang) each is a libFuzzer
# program; otherwise replay.c runs its corpus as a test.
if FUZZING
FUZZ_MAIN =
fuzz_link_flags = $(AM_LDFLAGS) -fsanitize=fuzzer
else
FUZZ_MAIN = tests/fuzz/replay.c
fuzz_link_flags = $(AM_LDFLAGS)
endif
EXTRA_DIST += tests/fuzz/run-all tests/fuzz/replay.c tests/fuzz/corpus
