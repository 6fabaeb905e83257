# Configs, genesis and kernel contracts of XuperChain's kind.
XUPER_KERNEL_FUZZ = tests/fuzz/fuzz-xuper-config tests/fuzz/fuzz-xuper-kernel
check_PROGRAMS += $(XUPER_KERNEL_FUZZ)
tests_fuzz_fuzz_xuper_config_SOURCES = tests/fuzz/fuzz-xuper-config.c \
	tests/unit/xuper-parachain-absent.c $(xuper_suite) $(fuzz_plugins)
tests_fuzz_fuzz_xuper_config_CPPFLAGS = $(xuper_fuzz_flags)
tests_fuzz_fuzz_xuper_config_LDADD = $(libxuper_libs) $(libfake_host_libs)
tests_fuzz_fuzz_xuper_config_LDFLAGS = $(fuzz_link_flags)
tests_fuzz_fuzz_xuper_kernel_SOURCES = tests/fuzz/fuzz-xuper-kernel.c \
	$(xuper_kernel_chain) $(fuzz_plugins)
tests_fuzz_fuzz_xuper_kernel_CPPFLAGS = $(xuper_fuzz_flags)
tests_fuzz_fuzz_xuper_kernel_LDADD = $(libxuper_libs) $(libfake_host_libs)
tests_fuzz_fuzz_xuper_kernel_LDFLAGS = $(fuzz_link_flags)
if !FUZZING
TESTS += $(XUPER_KERNEL_FUZZ)
endif
