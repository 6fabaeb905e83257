/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/pace.h"

#include <string.h>

#define TOGETHER_MIN 2
#define TOGETHER_MAX 1024
/* Apart for so many times as long as together, it is as if it were new. */
#define FORGIVEN_AFTER 4
#define ROUNDS_MIN (-(1 << 20))

/* ---- rounds ------------------------------------------------------------- */

static void
count_round(Pace *pace)
{
	for (guint i = 0; i < pace->n_contracts; i++)
		pace->contracts[i].rounds =
			MAX(pace->contracts[i].rounds - 1, ROUNDS_MIN);
}

guint
pace_begin(Pace *pace, guint n, guint *in_turn)
{
	*in_turn = MIN(pace->left, n);
	pace->left -= *in_turn;
	if (*in_turn > 0)
		return 0;
	count_round(pace);
	return MIN(n, pace->span > 0 ? pace->span : PACE_SPAN_MAX);
}

/* ---- contracts whose calls meet ----------------------------------------- */

static const guint8 *
contract_of(const Tx *tx)
{
	static const guint8 none[ADDRESS_LEN];

	return tx->to.len == ADDRESS_LEN ? tx->to.data : none;
}

static const PaceContract *
find(const Pace *pace, const guint8 *to)
{
	for (guint i = 0; i < pace->n_contracts; i++)
		if (memcmp(pace->contracts[i].to, to, ADDRESS_LEN) == 0)
			return &pace->contracts[i];
	return NULL;
}

/* In the oldest one's place when there is no other. */
static PaceContract *
find_or_add(Pace *pace, const guint8 *to)
{
	PaceContract *contract = (PaceContract *)find(pace, to);

	if (contract != NULL)
		return contract;
	if (pace->n_contracts < PACE_CONTRACTS)
		contract = &pace->contracts[pace->n_contracts++];
	else
		contract = &pace->contracts[pace->oldest++ % PACE_CONTRACTS];
	*contract = (PaceContract){ .rounds = 0 };
	memcpy(contract->to, to, ADDRESS_LEN);
	return contract;
}

static void
keep_together(Pace *pace, const Tx *tx)
{
	PaceContract *contract = find_or_add(pace, contract_of(tx));

	if (contract->rounds > 0)
		return;
	if (-contract->rounds >= FORGIVEN_AFTER * contract->together)
		contract->together = TOGETHER_MIN;
	else
		contract->together = MIN(2 * contract->together, TOGETHER_MAX);
	contract->rounds = contract->together;
}

gboolean
pace_meets(const Pace *pace, const Tx *tx)
{
	const PaceContract *contract = find(pace, contract_of(tx));

	return contract != NULL && contract->rounds > 0;
}

/* ---- how a round went --------------------------------------------------- */

/* The first bad round may have had a cause that is gone now: its first
 * transaction made the account that all pay to, say. */
void
pace_end(Pace *pace, guint tried, guint taken, const Tx *one, const Tx *other)
{
	gboolean bad = 2 * taken < tried;
	gboolean again = bad && pace->doubted;

	pace->tried += tried;
	pace->taken += taken;
	pace->doubted = bad;
	if (!bad)
		pace->pause = 0;
	if (!bad && pace->span > 0)
		pace->span = MIN(MAX(pace->span, 4 * tried), PACE_SPAN_MAX);
	if (!again)
		return;
	pace->span = CLAMP(2 * taken, PACE_SPAN_MIN, PACE_SPAN_MAX);
	pace->pause = CLAMP(2 * pace->pause, PACE_SPAN_MIN, PACE_SPAN_MAX);
	pace->left = pace->pause;
	if (one != NULL) {
		keep_together(pace, one);
		keep_together(pace, other);
	}
}
