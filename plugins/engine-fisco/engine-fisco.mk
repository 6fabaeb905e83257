# plugins/engine-fisco
