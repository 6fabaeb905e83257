# plugins/runtime-evm
