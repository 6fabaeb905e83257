/* SPDX-License-Identifier: Apache-2.0
 *
 * note.h: what goes into a chain of notes, and how it is encoded. A
 * transaction is
 *
 *     hash of block 0 [32] | signer [64] | length of key [1] | key | text |
 *     signature [64]
 *
 * signed with SM2 over everything before the signature. The hash in front
 * makes it worthless on any other chain; that a key is written once makes it
 * worthless a second time.
 */
#ifndef NOTE_H
#define NOTE_H

#include <bsn/bsn.h>
#include <bsn/helpers/bytes.h>

#define HASH_LEN 32u
#define SIGNER_LEN 64u
#define SIGNATURE_LEN 64u
#define KEY_MAX 64u    /* bytes, a-z 0-9 . - */
#define TEXT_MAX 1024u /* bytes, UTF-8 without quote, backslash, control */
#define NOTE_MAX (HASH_LEN + SIGNER_LEN + 1u + KEY_MAX + TEXT_MAX)
#define TX_MAX (NOTE_MAX + SIGNATURE_LEN)

/* A transaction, taken apart; the slices point into its bytes. */
typedef struct note {
	bsn_slice chain, signer, key, text, signature;
	bsn_slice signed_part;
} note;

/* Reads `args`, a JSON array of exactly n strings, without their quotes.
 * Returns BSN_OK or BSN_BAD_REQUEST. */
int32_t note_args(bsn_slice args, bsn_slice *out, uint32_t n, bsn_err *err);

/* Whether key and text are such as this chain takes. They can then stand in
 * JSON as they are. Returns BSN_OK or BSN_BAD_REQUEST. */
int32_t note_check(bsn_slice key, bsn_slice text, bsn_err *err);

/* Writes the part that is signed into `out`, NOTE_MAX bytes; returns its
 * length. The members up to `text` are given and pass note_check. */
uint64_t note_encode(const note *parts, uint8_t *out);

/* Takes a finished transaction apart and checks its form, not its signature.
 * Returns BSN_OK or BSN_BAD_REQUEST. */
int32_t note_decode(bsn_slice tx, note *out, bsn_err *err);

#endif
