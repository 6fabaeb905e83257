/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-chainedbft/agreement.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"

/* Heights that a node that does not vote lets pass between two records. */
#define RECORD_EACH 256u

/* ---- beginning --------------------------------------------------------- */

static void
forget_messages(Agreement *agreement)
{
	outbox_clear(agreement);
	proposal_forget(agreement, G_MAXUINT64);
	g_clear_pointer(&agreement->timeouts, g_bytes_unref);
	g_clear_pointer(&agreement->sent_proposal, g_bytes_unref);
	g_clear_pointer(&agreement->sent_vote, g_bytes_unref);
	g_clear_pointer(&agreement->sent_timeout, g_bytes_unref);
	g_clear_pointer(&agreement->high, certificate_unref);
	g_clear_pointer(&agreement->commit, certificate_unref);
	agreement->timeouts_round = 0;
	agreement->ripe.len = 0;
	agreement->ripe_round = 0;
	agreement->wanted.len = 0;
	agreement->failures = 0;
	agreement->propose_after = 0;
	agreement->waits = FALSE;
}

static void
take_members(Agreement *agreement, Members *members)
{
	members_free(agreement->members);
	g_free(agreement->peers);
	agreement->members = members;
	agreement->self = members_self(members, agreement->chain);
	agreement->peers = g_new0(Peer, members->n);
}

/* Nothing has been promised in it yet. */
static void
reset_promises(Agreement *agreement)
{
	const guint64 round = agreement->epoch.round;

	agreement->round = round + 1;
	agreement->voted = round;
	agreement->lock = round;
	agreement->reserved = round;
	agreement->reserved_durable = round;
	agreement->proposed = round;
	agreement->expired = round;
	g_array_set_size(agreement->reserving, 0);
}

/* Takes a block for the one that began the epoch. Nothing certifies the genesis,
 * nor what another kind of protocol made. */
static int32_t
take_epoch(Agreement *agreement, const bsn_id *id, bsn_err *err)
{
	bsn_tree_block block = { .size = sizeof(block) };
	Members *members = NULL;
	int32_t status;

	if (!agreement_block(agreement, id, &block))
		return bsn_fail(err, BSN_E_CORRUPT,
				"the block that began the epoch is not there");
	agreement->epoch = anchor_of(&block);
	agreement->bare_start =
		block.height == 0 || block.seal.justify.len == 0;
	status = members_of_block(agreement->proposer, &agreement->epoch.id,
				  &members, err);
	if (status == BSN_OK)
		take_members(agreement, members);
	return status;
}

static void
set_proof(Agreement *agreement, Certificate *proof)
{
	if (proof != NULL)
		certificate_ref(proof);
	certificate_unref(agreement->proof);
	agreement->proof = proof;
}

static void
restore(Agreement *agreement, const Record *record)
{
	agreement->voted = record->voted;
	agreement->lock = record->lock;
	agreement->reserved = record->reserved;
	agreement->reserved_durable = record->reserved;
	agreement->proposed = record->reserved;
	if (record->high != NULL)
		agreement->high = certificate_ref(record->high);
	agreement->round =
		MAX(commit_high_round(agreement) + 1, record->voted);
}

static gboolean
is_record_of(const Agreement *agreement, const Record *record)
{
	return record != NULL &&
	       record->protocol == agreement->mode->protocol &&
	       id_equal(&record->epoch.id, &agreement->epoch.id);
}

int32_t
epoch_begin(Agreement *agreement, Certificate *proof, bsn_err *err)
{
	const bsn_id id = agreement->root.id;
	int32_t status;

	forget_messages(agreement);
	set_proof(agreement, proof);
	status = take_epoch(agreement, &id, err);
	if (status != BSN_OK)
		return status;
	if (agreement->bare_start)
		set_proof(agreement, NULL);
	reset_promises(agreement);
	if (is_record_of(agreement, &agreement->later))
		restore(agreement, &agreement->later);
	agreement->record_slot = 1 - agreement->record_slot;
	agreement->dirty = TRUE;
	agreement->progress++;
	return BSN_OK;
}

void
epoch_follow(Agreement *agreement, const bsn_id *root)
{
	g_autoptr(Certificate) proven = g_steal_pointer(&agreement->proven);
	bsn_tree_block block = { .size = sizeof(block) };
	bsn_err err = BSN_ERR_INIT;
	int32_t status = BSN_OK;

	if (!agreement_block(agreement, root, &block))
		return;
	agreement->root = anchor_of(&block);
	if (proven != NULL && certificate_names(proven, root))
		commit_keep(agreement, proven);
	if ((block.flags & BSN_TREE_CLOSES) != 0) {
		const gboolean named =
			proven != NULL && certificate_names(proven, root);

		status = epoch_begin(agreement, named ? proven : NULL, &err);
	} else if (proven != NULL) {
		commit_take(agreement, proven, -1);
	}
	if (status != BSN_OK)
		agreement_stop(agreement, status, "an epoch cannot begin",
			       &err);
	if (agreement->root.height >=
	    agreement->recorded_height + RECORD_EACH)
		agreement->dirty = TRUE;
	agreement->progress++;
}

/* ---- beginning again --------------------------------------------------- */

/* The newest record of an epoch that the root is in, as far as records tell; the
 * root may have been lost that the newest of all begins with. */
static const Record *
find_record(const Agreement *agreement, const Record *records, guint n)
{
	for (guint i = 0; i < n; i++)
		if (records[i].epoch.height <= agreement->root.height)
			return &records[i];
	return NULL;
}

/* The block that began the epoch: the newest final one that ended another. What
 * a record has seen need not be looked at again. */
static int32_t
find_epoch(const Agreement *agreement, const Record *record, bsn_id *id,
	   bsn_err *err)
{
	const guint64 seen =
		record != NULL
			? MAX(record->epoch.height, record->root_height)
			: 0;
	bsn_tree_block block = { .size = sizeof(block) };

	*id = agreement->root.id;
	for (;;) {
		if (!agreement_block(agreement, id, &block))
			return bsn_fail(err, BSN_E_CORRUPT,
					"a final block is missing");
		if ((block.flags & BSN_TREE_CLOSES) != 0 || block.height == 0)
			return BSN_OK;
		if (record != NULL && block.height <= seen)
			break;
		*id = block.parent;
	}
	*id = record->epoch.id;
	return BSN_OK;
}

/* A record that the disk has of an epoch that has not begun there. */
static void
keep_later(Agreement *agreement, const Record *record)
{
	agreement->later = *record;
	if (record->high != NULL)
		certificate_ref(record->high);
}

/* Records take turns: this epoch's goes on, a new one's takes the older place. */
static int32_t
take_up(Agreement *agreement, const Record *records, guint n,
	Certificate *proof, bsn_err *err)
{
	const Record *record = find_record(agreement, records, n);
	bsn_id id;
	int32_t status = find_epoch(agreement, record, &id, err);

	if (status == BSN_OK)
		status = take_epoch(agreement, &id, err);
	if (status != BSN_OK)
		return status;
	reset_promises(agreement);
	if (proof != NULL && !agreement->bare_start &&
	    certificate_names(proof, &id))
		set_proof(agreement, proof);
	if (n > 0 && record != records)
		keep_later(agreement, &records[0]);
	agreement->record_slot = record != NULL ? 1 - record->slot : 0;
	if (!is_record_of(agreement, record))
		return BSN_OK;
	agreement->record_slot = record->slot;
	agreement->recorded_height = record->root_height;
	restore(agreement, record);
	return BSN_OK;
}

int32_t
epoch_load(Agreement *agreement, bsn_err *err)
{
	bsn_tree_block root = { .size = sizeof(root) };
	Record records[2] = { { .slot = 0 }, { .slot = 0 } };
	g_autoptr(Certificate) proof = NULL;
	guint n = 0;
	int32_t status = agreement->tree->root(agreement->proposer, &root);

	if (status != BSN_OK)
		return bsn_fail(err, status, "the engine has no root");
	agreement->root = anchor_of(&root);
	status = record_load(agreement, records, &n, &proof, err);
	if (status == BSN_OK)
		status = take_up(agreement, records, n, proof, err);
	for (guint i = 0; i < G_N_ELEMENTS(records); i++)
		record_clear(&records[i]);
	return status;
}

/* ---- the tree that is there -------------------------------------------- */

/* Blocks of this epoch below the root, and the certificates in them. */
typedef struct {
	bsn_tree_sink sink; /* first */
	const Agreement *agreement;
	GArray *ids; /* bsn_id, the root's first */
	GPtrArray *certificates;
	bsn_id best; /* of the highest round */
	guint64 best_round;
} Survey;

static gboolean
is_found(const Survey *survey, const bsn_id *id)
{
	for (guint i = survey->ids->len; i > 0; i--)
		if (id_equal(&g_array_index(survey->ids, bsn_id, i - 1), id))
			return TRUE;
	return FALSE;
}

/* Whether a block's certificate is one of this epoch's; what the members before
 * have built upon their last block has another. */
static gboolean
is_of_epoch(Survey *survey, const bsn_tree_block *block)
{
	const Agreement *agreement = survey->agreement;
	Certificate *certificate = certificate_read(block->seal.justify);

	if (id_equal(&block->parent, &agreement->epoch.id)) {
		const gboolean first =
			certificate == NULL
				? agreement->bare_start
				: certificate_names(certificate,
						    &agreement->epoch.id);

		certificate_unref(certificate);
		return first;
	}
	if (certificate == NULL)
		return FALSE;
	g_ptr_array_add(survey->certificates, certificate);
	return id_equal(&certificate->info.epoch, &agreement->epoch.id) &&
	       certificate->info.protocol == agreement->mode->protocol;
}

static int32_t
survey_block(bsn_tree_sink *sink, const bsn_tree_block *block)
{
	Survey *survey = (Survey *)sink;

	if (!is_found(survey, &block->parent) || !is_of_epoch(survey, block))
		return BSN_OK;
	g_array_append_val(survey->ids, block->id);
	if (block->seal.round > survey->best_round) {
		survey->best = block->id;
		survey->best_round = block->seal.round;
	}
	return BSN_OK;
}

void
epoch_resume(Agreement *agreement)
{
	Survey survey = {
		.sink = { survey_block },
		.agreement = agreement,
		.ids = g_array_new(FALSE, FALSE, sizeof(bsn_id)),
		.certificates = g_ptr_array_new_with_free_func(
			(GDestroyNotify)certificate_unref),
		.best = agreement->root.id,
	};

	g_array_append_val(survey.ids, agreement->root.id);
	(void)agreement->tree->walk(agreement->proposer, &survey.sink);
	for (guint i = 0; i < survey.certificates->len; i++)
		commit_take(agreement, survey.certificates->pdata[i], -1);
	(void)agreement->tree->prefer(agreement->proposer, &survey.best);
	g_array_unref(survey.ids);
	g_ptr_array_unref(survey.certificates);
}
