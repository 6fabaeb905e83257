# tests of fisco
