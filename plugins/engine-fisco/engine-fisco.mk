# plugins/engine-fisco
include plugins/engine-fisco/abi/abi.mk
