# tests of chain
