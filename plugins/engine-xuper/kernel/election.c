/* SPDX-License-Identifier: Apache-2.0
 *
 * Elections of $tdpos, and what is known of the next one.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/tdpos_private.h"

/* Votes of single voters that one question answers. */
#define VOTES_MAX 1000u

/* ---- candidates -------------------------------------------------------- */

typedef struct {
	char address[ADDRESS_MAX];
	guint8 ballots[AMOUNT_LEN];
} Candidate;

/* Most votes first; ties by address. */
static gint
compare(gconstpointer a, gconstpointer b)
{
	const Candidate *one = a, *other = b;
	int order = amount_compare(other->ballots, one->ballots);

	return order != 0 ? order : strcmp(one->address, other->address);
}

/* Whoever is nominated, still may take part, and has votes. */
static int32_t
add_candidate(Sandbox *box, const char *address, GArray *candidates,
	      bsn_err *err)
{
	g_autofree char *key = g_strconcat(BALLOTS_PREFIX, address, NULL);
	g_auto(Member) member = { 0 };
	Candidate candidate;
	int32_t status = member_read(box, address, &member, err);

	if (status == BSN_NOT_FOUND || (status == BSN_OK && !member.validates))
		return BSN_OK;
	if (status == BSN_OK)
		status = tdpos_amount(box, key, candidate.ballots, err);
	if (status != BSN_OK || amount_is_zero(candidate.ballots))
		return status;
	g_strlcpy(candidate.address, address, sizeof(candidate.address));
	g_array_append_val(candidates, candidate);
	return BSN_OK;
}

static int32_t
read_candidates(Sandbox *box, GArray *candidates, bsn_err *err)
{
	g_autoptr(GPtrArray) nominated = value_entries_new();
	int32_t status = value_scan(box, BUCKET_TDPOS, NOMINATE_PREFIX,
				    MEMBERS_MAX, nominated, NULL, err);

	for (guint i = 0; status == BSN_OK && i < nominated->len; i++) {
		const ValueEntry *entry = g_ptr_array_index(nominated, i);

		status = add_candidate(box, entry->key, candidates, err);
	}
	g_array_sort(candidates, compare);
	return status;
}

/* ---- the election ------------------------------------------------------ */

static gboolean
same_set(const json_t *a, const json_t *b)
{
	if (json_array_size(a) != json_array_size(b))
		return FALSE;
	for (gsize i = 0; i < json_array_size(a); i++)
		if (terms_find(b, terms_at(a, i)) < 0)
			return FALSE;
	return TRUE;
}

int32_t
tdpos_elect(Sandbox *box, const Terms *terms, bsn_err *err)
{
	g_autoptr(GArray) candidates =
		g_array_new(FALSE, FALSE, sizeof(Candidate));
	g_autoptr(json_t) elected = json_array();
	guint64 n = protocol_number(terms->config, "proposer_num",
				    VALIDATORS_MAX);
	int32_t status = read_candidates(box, candidates, err);

	/* With too few candidates the present validators go on. */
	if (status != BSN_OK || candidates->len < n)
		return status;
	for (guint i = 0; i < n; i++)
		json_array_append_new(
			elected,
			json_string(g_array_index(candidates, Candidate, i)
					    .address));
	/* Turns keep their order while nobody comes or goes. */
	if (same_set(elected, terms->validators))
		return BSN_OK;
	return terms_write(box, terms->protocol, terms->config, elected, err);
}

/* ---- questions --------------------------------------------------------- */

static int32_t
add_nominated(Sandbox *box, json_t *answer, bsn_err *err)
{
	g_autoptr(GPtrArray) entries = value_entries_new();
	json_t *nominated = json_object();
	int32_t status = value_scan(box, BUCKET_TDPOS, NOMINATE_PREFIX,
				    MEMBERS_MAX, entries, NULL, err);

	json_object_set_new(answer, "nominate", nominated);
	for (guint i = 0; i < entries->len; i++) {
		const ValueEntry *entry = g_ptr_array_index(entries, i);
		g_autoptr(json_t) record = json_loads(entry->value, 0, NULL);
		const char *from =
			json_string_value(json_object_get(record, "from"));

		json_object_set_new(nominated, entry->key,
				    json_pack("{s:O}", from,
					      json_object_get(record,
							      "amount")));
	}
	return status;
}

static int32_t
add_votes(Sandbox *box, json_t *answer, bsn_err *err)
{
	g_autoptr(GPtrArray) entries = value_entries_new();
	json_t *votes = json_object();
	gboolean more = FALSE;
	int32_t status = value_scan(box, BUCKET_TDPOS, VOTE_PREFIX, VOTES_MAX,
				    entries, &more, err);

	json_object_set_new(answer, "vote", votes);
	json_object_set_new(answer, "more", json_boolean(more));
	for (guint i = 0; i < entries->len; i++) {
		const ValueEntry *entry = g_ptr_array_index(entries, i);
		g_auto(GStrv) parts = g_strsplit(entry->key, "_", 2);
		json_t *of = json_object_get(votes, parts[0]);

		if (of == NULL) {
			of = json_object();
			json_object_set_new(votes, parts[0], of);
		}
		json_object_set_new(of, parts[1], json_string(entry->value));
	}
	return status;
}

int32_t
tdpos_infos(KernelCall *call, bsn_err *err)
{
	g_auto(Terms) terms = { 0 };
	g_autoptr(json_t) answer = json_object();
	int32_t status = terms_read(call->box, &terms, err);

	if (status != BSN_OK)
		return status;
	json_object_set(answer, "validators", terms.validators);
	status = add_nominated(call->box, answer, err);
	if (status == BSN_OK)
		status = add_votes(call->box, answer, err);
	answer_json(call, answer);
	return status;
}
