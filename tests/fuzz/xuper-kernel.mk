# Configs, genesis and kernel contracts of XuperChain's kind.
XUPER_KERNEL_FUZZ = tests/fuzz/fuzz-xuper-config tests/fuzz/fuzz-xuper-kernel
check_PROGRAMS += $(XUPER_KERNEL_FUZZ)
tests_fuzz_fuzz_xuper_config_SOURCES = tests/fuzz/fuzz-xuper-config.c \
	tests/unit/xuper-parachain-absent.c
tests_fuzz_fuzz_xuper_config_CPPFLAGS = $(xuper_flags)
tests_fuzz_fuzz_xuper_config_LDADD = $(fuzz_libs) $(xuper_parts)
tests_fuzz_fuzz_xuper_kernel_SOURCES = tests/fuzz/fuzz-xuper-kernel.c \
	$(xuper_kernel_chain)
tests_fuzz_fuzz_xuper_kernel_CPPFLAGS = $(xuper_flags)
tests_fuzz_fuzz_xuper_kernel_LDADD = $(fuzz_libs) $(xuper_parts)
if !FUZZING
TESTS += $(XUPER_KERNEL_FUZZ)
endif
