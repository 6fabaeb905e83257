# plugins/crypto-gm
