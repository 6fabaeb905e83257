/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fabric-seek.h: requests of Deliver's clients, for tests.
 */
#ifndef TESTS_UNIT_FABRIC_SEEK_H
#define TESTS_UNIT_FABRIC_SEEK_H

#include "orderer/ab.pb-c.h"
#include "tests/unit/fabric-open.h"

/* What SeekPosition.Specified has none of. */
#define SEEK_OLDEST G_MAXUINT64
#define SEEK_NEWEST (G_MAXUINT64 - 1)
#define SEEK_NEXT_COMMIT (G_MAXUINT64 - 2)
#define SEEK_UNSET (G_MAXUINT64 - 3)    /* a position of no kind */
#define SEEK_NONE (G_MAXUINT64 - 4)     /* no position */

/* Zeroed fields mean the default. */
typedef struct {
	const char *channel_id; /* "one" */
	guint org;
	const Issued *signer;	/* the client of org */
	const Issued *creator;	/* the signer */
	gint32 type;		/* DELIVER_SEEK_INFO */
	gint64 behind_s;	/* its time, against the clock */
	gboolean no_time;
	const char *tls; /* its certificate, whose hash it has; NULL: none */
	const bsn_slice *info; /* SeekInfo's bytes, in place of what follows */
	guint64 start;
	guint64 stop;
	gboolean fail_if_not_ready;
	gboolean headers_only;
} SeekWords;

/* An Envelope's bytes. */
GByteArray *fabric_seek(FabricOpen *open, const SeekWords *words);

/* A channel with so many blocks, all durable; block 0 is its genesis, the
 * others have a transaction of "basic" each with an event "Made". */
FabricOpen *fabric_open_blocks(guint blocks);
void fabric_open_more(FabricOpen *open, guint blocks);
/* Changes the config: a resource is for Org1MSP's admins alone. */
void fabric_open_only_admins(FabricOpen *open, const char *resource);

/* What channel_first_block answers. */
extern guint64 fabric_first_block;
/* What order_accept answers from now on. */
void fabric_order_answers(int32_t status);
/* How many envelopes it has taken since it was asked last. */
guint fabric_order_accepted(void);
/* Completes the endorsement that is under way; FALSE: none is. */
gboolean fabric_endorser_finish(int32_t status, bsn_slice response,
				const char *reason);

#endif
