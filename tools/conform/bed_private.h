/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_CONFORM_BED_PRIVATE_H
#define TOOLS_CONFORM_BED_PRIVATE_H

#include "tools/conform/bed.h"
#include "tools/conform/turns.h"

struct Bed {
	Run *run;
	BedSpec spec;
	SimOptions options;
	SimWorld *world;
	const bsn_engine *engine;
	const SimWorkload *workload;
	SimKey *accounts;
	SimKey stranger; /* once it was asked for */
	GPtrArray *replies; /* bsn_reply, as long as the bed */
	GPtrArray *texts;   /* char * */
	GPtrArray *bytes;   /* GBytes */
	BedSign sign;
	gpointer sign_data;
	Turns *turns; /* NULL: calls come on the caller's thread */
};

/* Does `work(data)` on the thread whose turn it is, inside this bed's world,
 * and then looks whether a rule of the ABI was broken. */
void bed_do(Bed *bed, void (*work)(gpointer data), gpointer data);
/* Lets time pass until the reply is answered; fails the check if it is not. */
void bed_wait(Bed *bed, bsn_reply *reply, const char *what);
/* A line of evidence, unless the bed is quiet. */
void bed_note(Bed *bed, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* What became of a transaction, as evidence. */
void bed_note_done(Bed *bed, guint node, const char *what,
		   const BedDone *done);
/* Keeps a text as long as the bed. */
const char *bed_keep(Bed *bed, char *text);

#endif
