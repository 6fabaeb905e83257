/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/evm/trie.h: the root of a Merkle Patricia Trie (Yellow Paper,
 * appendix D), computed at once from all that is in it.
 */
#ifndef TESTS_EVM_TRIE_H
#define TESTS_EVM_TRIE_H

#include <bsn/crypto.h>
#include <glib.h>

typedef struct Trie Trie;

/* `secure`: keys are hashed, as in Ethereum's states. */
Trie *trie_new(const bsn_hash *keccak, gboolean secure);
/* trie_free(NULL) does nothing. */
void trie_free(Trie *trie);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Trie, trie_free)

/* Puts a value under a key; once per key. */
void trie_put(Trie *trie, bsn_slice key, bsn_slice value);

/* 32 bytes. */
void trie_root(Trie *trie, guint8 *root);

#endif
