/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-chainedbft/agreement.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"
#include "plugins/kit/votes/services.h"

/* Ms for which a member's certificates are not looked at after a false one. */
#define JUDGE_PAUSE_MS 1000u

/* ---- taking certificates ----------------------------------------------- */

guint64
commit_high_round(const Agreement *agreement)
{
	return agreement->high != NULL ? agreement->high->info.round
				       : agreement->epoch.round;
}

static gboolean
is_higher(const Agreement *agreement, const Certificate *certificate)
{
	return certificate->info.round > commit_high_round(agreement);
}

static gboolean
commits_more(const Agreement *agreement, const Certificate *certificate)
{
	const guint64 known = agreement->commit != NULL
				      ? agreement->commit->info.final_height
				      : agreement->root.height;

	return certificate->info.final.len > 0 &&
	       certificate->info.final_height > known;
}

/* Whether it holds; a member that shows a false one waits for the next look. */
static gboolean
holds(Agreement *agreement, const Certificate *certificate, gint from)
{
	Peer *peer = from >= 0 ? &agreement->peers[from] : NULL;
	const guint64 now = services_now_ms(agreement->chain);

	if (peer == NULL)
		return TRUE;
	if (now < peer->judge_after)
		return FALSE;
	if (certificate_verify(certificate, agreement->members,
			       &agreement->chain_id, agreement->chain,
			       NULL) == BSN_OK)
		return TRUE;
	peer->judge_after = now + JUDGE_PAUSE_MS;
	agreement->dropped.forged++;
	agreement_accuse(agreement, (guint)from, "shows a false certificate");
	return FALSE;
}

static void
set(Certificate **place, Certificate *certificate)
{
	certificate_ref(certificate);
	certificate_unref(*place);
	*place = certificate;
}

void
commit_take(Agreement *agreement, Certificate *certificate, gint from)
{
	bsn_tree_block block = { .size = sizeof(block) };
	const gboolean higher = is_higher(agreement, certificate);
	const gboolean more = commits_more(agreement, certificate);

	if (!id_equal(&certificate->info.epoch, &agreement->epoch.id) ||
	    certificate->info.protocol != agreement->mode->protocol ||
	    (!higher && !more) || !holds(agreement, certificate, from))
		return;
	if (more)
		set(&agreement->commit, certificate);
	if (higher) {
		set(&agreement->high, certificate);
		pacemaker_certified(agreement, certificate->info.round);
	}
	agreement->progress++;
	if (!agreement_block(agreement, &certificate->info.id, &block))
		catchup_want(agreement, &certificate->info.id, from);
}

void
commit_take_bytes(Agreement *agreement, bsn_slice bytes, gint from)
{
	g_autoptr(Certificate) certificate = NULL;

	if (bytes.len == 0)
		return;
	certificate = certificate_read(bytes);
	if (certificate != NULL)
		commit_take(agreement, certificate, from);
}

/* ---- the way down the tree --------------------------------------------- */

gboolean
commit_closing(const Agreement *agreement, const bsn_id *id, Anchor *closing)
{
	bsn_tree_block block = { .size = sizeof(block) };
	bsn_id at = *id;
	gboolean found = FALSE;

	while (agreement_block(agreement, &at, &block) &&
	       block.height > agreement->root.height) {
		if ((block.flags & BSN_TREE_CLOSES) != 0) {
			*closing = anchor_of(&block);
			found = TRUE;
		}
		at = block.parent;
	}
	return found;
}

/* Whether `above` is `below` or hangs below it. */
static gboolean
descends(const Agreement *agreement, const bsn_id *above,
	 const bsn_tree_block *below)
{
	bsn_tree_block block = { .size = sizeof(block) };
	const guint64 height = below->height;
	const bsn_id id = below->id;
	bsn_id at = *above;

	while (agreement_block(agreement, &at, &block) &&
	       block.height > height)
		at = block.parent;
	return id_equal(&at, &id);
}

static gboolean
head_descends(const Agreement *agreement, const bsn_tree_block *below)
{
	bsn_tree_block head = { .size = sizeof(head) };

	return agreement_head(agreement, &head) &&
	       descends(agreement, &head.id, below);
}

gboolean
commit_follow(Agreement *agreement)
{
	bsn_tree_block block = { .size = sizeof(block) };
	bsn_id id;

	if (agreement->high == NULL ||
	    !agreement_block(agreement, &agreement->high->info.id, &block) ||
	    block.height < agreement->root.height ||
	    head_descends(agreement, &block))
		return FALSE;
	id = agreement->high->info.id;
	return agreement->tree->prefer(agreement->proposer, &id) == BSN_OK;
}

/* ---- making final ------------------------------------------------------ */

void
commit_keep(Agreement *agreement, Certificate *certificate)
{
	set(&agreement->final, certificate);
}

/* The head must be the block or below it; what old members have built upon the
 * end of their epoch is left. */
static void
make_way(Agreement *agreement, const bsn_tree_block *block, gboolean closes)
{
	const bsn_id id = block->id;

	if (closes || !head_descends(agreement, block))
		(void)agreement->tree->prefer(agreement->proposer, &id);
}

static gboolean
make_final(Agreement *agreement, const bsn_tree_block *block,
	   Certificate *certificate)
{
	const gboolean closes = (block->flags & BSN_TREE_CLOSES) != 0;
	const Anchor root = anchor_of(block);
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	make_way(agreement, block, closes);
	if (closes)
		record_proof(agreement, certificate);
	status = agreement->tree->finalize(agreement->proposer, &root.id,
					   bytes_slice(certificate->bytes),
					   &err);
	if (status == BSN_OK) {
		agreement->root = root;
		commit_keep(agreement, certificate);
	}
	if (status == BSN_OK && closes)
		status = epoch_begin(agreement, certificate, &err);
	if (status != BSN_OK)
		agreement_stop(agreement, status,
			       "a block cannot be made final", &err);
	return status == BSN_OK;
}

gboolean
commit_step(Agreement *agreement)
{
	g_autoptr(Certificate) certificate =
		g_steal_pointer(&agreement->commit);
	bsn_tree_block block = { .size = sizeof(block) };

	if (certificate == NULL ||
	    certificate->info.final_height <= agreement->root.height)
		return FALSE;
	if (!agreement_block(agreement, &certificate->info.final, &block)) {
		catchup_want(agreement, &certificate->info.final, -1);
		agreement->commit = g_steal_pointer(&certificate);
		return FALSE;
	}
	return make_final(agreement, &block, certificate);
}
