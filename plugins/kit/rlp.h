/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/rlp.h: RLP, the encoding of Ethereum-like ledgers (Yellow Paper,
 * appendix B). A value is a string of bytes or a list of values.
 *
 * Encoding is declarative: items that borrow what they hold are put together
 * and written in one go. Decoding is a reader that remembers its first error:
 * fields are read straight down, and rlp_finish tells how it went.
 *
 *	const RlpItem fields[] = { rlp_u64(nonce), rlp_bytes(to) };
 *	rlp_put_list(out, fields, G_N_ELEMENTS(fields));
 *
 *	RlpReader reader = rlp_reader(input);
 *	rlp_enter(&reader, "transaction");
 *	nonce = rlp_read_u64(&reader, "nonce");
 *	to = rlp_read_bytes(&reader, "to", 20, 20);
 *	rlp_leave(&reader);
 *	return rlp_finish(&reader, err);
 *
 * All functions: [any].
 */
#ifndef PLUGINS_KIT_RLP_H
#define PLUGINS_KIT_RLP_H

#include <bsn/base.h>
#include <glib.h>

/* ---- encoding ------------------------------------------------------------ */

typedef enum {
	RLP_BYTES,   /* a string of bytes */
	RLP_U64,     /* an integer */
	RLP_INTEGER, /* an integer, big-endian; leading zeros are stripped */
	RLP_RAW,     /* one or more values that are encoded already */
	RLP_LIST,    /* a list of items */
} RlpKind;

typedef struct RlpItem RlpItem;
struct RlpItem {
	RlpKind kind;
	guint64 number;       /* RLP_U64; RLP_LIST: count of items */
	bsn_slice bytes;      /* RLP_BYTES, RLP_INTEGER, RLP_RAW; borrowed */
	const RlpItem *items; /* RLP_LIST; borrowed */
};

RlpItem rlp_bytes(bsn_slice bytes);
RlpItem rlp_u64(guint64 number);
RlpItem rlp_integer(bsn_slice big_endian);
RlpItem rlp_raw(bsn_slice encoded);
RlpItem rlp_list(const RlpItem *items, guint64 n);

/* Bytes that rlp_put will append. */
guint64 rlp_size(const RlpItem *item);
/* Appends the encoding; every byte of content is copied once. */
void rlp_put(GByteArray *out, const RlpItem *item);
/* Appends a list of n items. */
void rlp_put_list(GByteArray *out, const RlpItem *items, guint64 n);

/* ---- decoding ------------------------------------------------------------ */

/* Lists within lists that a reader follows; blocks and receipts need five. */
#define RLP_DEPTH_MAX 16u

/* Reads one buffer, which it borrows. Strict: lengths and integers in their
 * shortest form only, a list's content exactly as long as it says, nothing
 * left over. After an error every read gives zero or an empty slice, rlp_more
 * says no, and the first error stays. `what` is the field's name in the reason
 * text and is borrowed until rlp_finish. */
typedef struct {
	bsn_slice input;
	guint64 at;                  /* offset of the next value */
	guint64 last;                /* offset of the one read before */
	guint64 ends[RLP_DEPTH_MAX + 1]; /* where each open list ends */
	guint depth;                 /* open lists */
	const char *problem;         /* NULL while there is none */
	const char *what;            /* field that the problem is in */
	guint64 problem_at;          /* byte that it is at */
} RlpReader;

RlpReader rlp_reader(bsn_slice input);

/* Enters the list that is next. */
void rlp_enter(RlpReader *reader, const char *what);
/* Leaves it; values left unread in it are an error. */
void rlp_leave(RlpReader *reader);
/* Whether the list that is open, or the input, has another value. */
gboolean rlp_more(const RlpReader *reader);
/* Whether the next value is a list; FALSE at the end and after an error. */
gboolean rlp_at_list(const RlpReader *reader);

/* A string of min to max bytes; points into the input. */
bsn_slice rlp_read_bytes(RlpReader *reader, const char *what, guint64 min,
			 guint64 max);
guint64 rlp_read_u64(RlpReader *reader, const char *what);
/* An integer of at most `max` bytes, big-endian without leading zeros, empty
 * for 0; points into the input. */
bsn_slice rlp_read_integer(RlpReader *reader, const char *what, guint64 max);
/* Exactly `len` bytes, copied; zeroed after an error. */
void rlp_read_fixed(RlpReader *reader, const char *what, void *out,
		    guint64 len);
/* The next value as it is encoded, its prefix included, e.g. to be digested;
 * points into the input. Its own prefix is checked, what a list holds is not. */
bsn_slice rlp_read_raw(RlpReader *reader, const char *what);
/* Reads over the next value and checks all that is in it. */
void rlp_skip(RlpReader *reader, const char *what);
/* Makes a failure of the caller's own the reader's first error, at the value
 * last read or entered; `problem` is a constant text. */
void rlp_fail(RlpReader *reader, const char *what, const char *problem);

/* Returns: BSN_OK when all was read and nothing is left.
 * Errors:  BSN_BAD_REQUEST: "nonce at byte 12: an integer must not begin with
 *          a zero byte". */
int32_t rlp_finish(RlpReader *reader, bsn_err *err);

#endif
