/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/maker_private.h: what the files of the maker share.
 */
#ifndef TOOLS_BENCH_MAKER_PRIVATE_H
#define TOOLS_BENCH_MAKER_PRIVATE_H

#include "tools/bench/fisco_call.h"
#include "tools/bench/fisco_tx.h"
#include "tools/bench/maker.h"
#include "tools/bench/template.h"

/* How one chain's transactions are made. */
typedef struct {
	const TargetChain *chain;
	Keys *keys;	       /* NULL: none are needed */
	FiscoPattern *pattern; /* signing here; NULL: it is not done */
	FiscoCall *call;       /* NULL: all have the pattern's data */
	guint64 lifetime;      /* blocks after which they expire */
} Source;

struct Maker {
	Target *target;
	const LoadPlan *plan;
	Template *args;
	Draw draw;
	/* Of what goes before: records are not drawn, and one chain after the
	 * other has them. */
	gboolean in_turn;
	guint chain;
	Signing signing; /* never SIGNING_AUTO */
	guint64 seed;
	char run[9];
	guint8 key_seed[KEYS_SEED_LEN];
	Source *sources; /* one for each chain; NULL: of a file */
	guint n_sources;
	guint64 next; /* number of the next transaction */

	/* Finished ones; else NULL. */
	FILE *file;
	char *file_name;
	guint64 line;
};

/* maker_learn.c: how a chain's transactions are signed here. FALSE with an
 * error. */
gboolean source_learn(Source *source, Maker *maker, GError **error);
void source_clear(Source *source);
/* What has been drawn for a transaction of the source. */
Turn source_turn(const Maker *maker, const Source *source, guint64 number);

/* maker_file.c: appends the next one of the file. FALSE with an error, also at
 * the file's end. */
gboolean maker_take_line(Maker *maker, GString *out, GError **error);

#endif
