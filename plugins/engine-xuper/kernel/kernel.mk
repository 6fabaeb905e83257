# plugins/engine-xuper/kernel
xuper_kernel = \
	plugins/engine-xuper/kernel/agreement.h \
	plugins/engine-xuper/kernel/kernel.h
