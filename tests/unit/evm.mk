# tests of evm
