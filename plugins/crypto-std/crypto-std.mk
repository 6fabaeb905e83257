# plugins/crypto-std
