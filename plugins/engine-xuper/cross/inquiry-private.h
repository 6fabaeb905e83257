/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/cross/inquiry-private.h: a question from inside: its rounds
 * are inquiry.c's, its time inquiry-time.c's.
 */
#ifndef XUPER_CROSS_INQUIRY_PRIVATE_H
#define XUPER_CROSS_INQUIRY_PRIVATE_H

#include "plugins/engine-xuper/cross/inquiry.h"
#include "plugins/engine-xuper/cross/private.h"

struct Inquiry {
	bsn_ledger *ledger;
	guint64 number; /* of this round: cookie, and between nodes */
	Arena arena;
	const Bsn__Cross__Question *question;
	guint64 time_ms;
	guint64 deadline_ms; /* on the monotonic clock, as again_ms */
	guint64 again_ms;    /* 0: a round is under way */
	gboolean endorsed;
	InquiryDone done;
	void *owner;

	/* Of this round. */
	Arena round;
	const Bsn__Cross__Answer *answer;
	guint8 digest[HASH_LEN];
	GPtrArray *endorsements; /* Bsn__Cross__Endorsement, in `round` */
	GPtrArray *asked;	 /* GBytes: keys of who has not replied */
	int32_t refused;	 /* status of the refusal that weighs most */
	char why[BSN_REASON_MAX];
};

/* Begins a round: this host's own chain is asked. */
int32_t inquiry_ask(Inquiry *inquiry, bsn_err *err);
/* Why too few have endorsed. */
void inquiry_note_refusal(Inquiry *inquiry, int32_t status, const char *why);
/* Each ends it, and frees it. */
void inquiry_fail(Inquiry *inquiry, int32_t status, const bsn_err *err);
void inquiry_fail_lacking(Inquiry *inquiry);

#endif
