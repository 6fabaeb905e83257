/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/chain/protocol.h"

#include "plugins/engine-xuper/chain/final.h"
#include "plugins/engine-xuper/chain/tree.h"
#include "plugins/engine-xuper/net/net.h"
#include "plugins/kit/cpu.h"
#include "plugins/kit/reason.h"
#include "plugins/kit/tree.h"

/* Ms until the store, or a protocol that was told to wait, is asked again. */
#define RETRY_MS 200u

/* ---- finding ------------------------------------------------------------- */

static gboolean
grows_tree(const bsn_consensus *consensus)
{
	return BSN_HAS(consensus, tree) &&
	       tree_consensus_lacks(consensus->tree) == NULL;
}

/* Those of XuperChain's that are loaded; the caller frees. */
static char *
fitting(void)
{
	static const char *const known[] = { "single", "chainedbft", "tdpos",
					     "xpoa", "pow" };
	g_autoptr(GString) names = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(known); i++) {
		const bsn_consensus *consensus =
			services.consensuses->find(known[i]);

		if (consensus != NULL && grows_tree(consensus))
			g_string_append_printf(names, "%s%s",
					       names->len > 0 ? ", " : "",
					       known[i]);
	}
	return g_strdup(names->len > 0 ? names->str : "none is loaded");
}

int32_t
protocol_find(const char *name, bsn_slice config, guint n_members,
	      const bsn_consensus **consensus, bsn_err *err)
{
	g_autofree char *quoted = quote_text(bsn_slice_str(name));
	g_autofree char *names = fitting();
	int32_t status;

	*consensus = services.consensuses->find(name);
	if (*consensus == NULL)
		return bsn_fail(err, BSN_E_VERSION,
				"the chain's consensus is %s, which no loaded "
				"plugin offers; those that fit: %s",
				quoted, names);
	if (!grows_tree(*consensus))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the consensus %s decides one block after the "
				"other and does not fit a chain whose blocks "
				"are a tree; those that do: %s",
				quoted, names);
	status = (*consensus)->check_config(config, n_members, err);
	if (status != BSN_OK)
		reason_at(err, "config.consensus, %s: ", quoted);
	return status;
}

/* ---- joining and leaving ------------------------------------------------- */

static int32_t
join(bsn_ledger *ledger, bsn_err *err)
{
	CPU_CHARGE(services.cpu, BSN_CPU_CONSENSUS);
	const Agreement *agreement = ledger->agreement;
	const bsn_slice config = bsn_slice_str(agreement->config);
	int32_t status = protocol_find(agreement->protocol, config,
				       agreement->n_validators,
				       &ledger->consensus, err);

	if (status != BSN_OK)
		return status;
	tree_offer(ledger);
	return ledger->consensus->create(
		ledger->chain, &ledger->proposer, config,
		(const bsn_member *)(const void *)agreement->list->data,
		agreement->n_validators, final_root(ledger)->block->height,
		&ledger->protocol, err);
}

static void
leave(bsn_ledger *ledger)
{
	if (ledger->protocol != NULL)
		ledger->consensus->destroy(ledger->protocol);
	ledger->protocol = NULL;
}

int32_t
protocol_open(bsn_ledger *ledger, bsn_err *err)
{
	return join(ledger, err);
}

void
protocol_close(bsn_ledger *ledger)
{
	services.timer->cancel(ledger->chain, TIMER_PROTOCOL);
	services.timer->cancel(ledger->chain, TIMER_RETRY);
	leave(ledger);
	g_clear_pointer(&ledger->stopped, g_free);
}

void
protocol_stop(bsn_ledger *ledger, const char *what, const bsn_err *err)
{
	g_free(ledger->stopped);
	ledger->stopped = g_strdup_printf("%s: %s", what, err->reason);
	services_log(ledger->chain, BSN_LOG_ERROR, "the chain stops: %s",
		     ledger->stopped);
}

/* ---- another agreement --------------------------------------------------- */

static gboolean
is_other_protocol(const Agreement *a, const Agreement *b)
{
	return strcmp(a->protocol, b->protocol) != 0 ||
	       strcmp(a->config, b->config) != 0;
}

/* The protocol is in the middle of a call now: it ends by a timer. */
void
protocol_agreement_changed(bsn_ledger *ledger)
{
	g_autoptr(Agreement) before = NULL;
	Agreement *now = NULL;
	bsn_err err = BSN_ERR_INIT;

	if (agreement_read(ledger_root(ledger->ledger)->layer, &ledger->suite,
			   &now, &err) != BSN_OK) {
		protocol_stop(ledger, "its members cannot be read", &err);
		return;
	}
	before = ledger->agreement;
	ledger->agreement = now;
	if (is_other_protocol(before, now)) {
		ledger->changing = TRUE;
		(void)services.timer->set(ledger->chain, TIMER_PROTOCOL, 0);
	}
	net_members_changed(ledger);
}

static void
take_over(bsn_ledger *ledger)
{
	bsn_err err = BSN_ERR_INIT;

	if (!ledger->changing)
		return;
	/* What the old one has decided comes first. */
	if (final_is_behind(ledger)) {
		(void)services.timer->set(ledger->chain, TIMER_PROTOCOL,
					  RETRY_MS);
		return;
	}
	leave(ledger);
	/* What was built upon the last block by the old one's rules is kept by
	 * the ledger until something else is final. */
	tree_move_head(ledger, ledger_root(ledger->ledger));
	ledger->changing = FALSE;
	if (join(ledger, &err) != BSN_OK) {
		protocol_stop(ledger, "the consensus that it has changed to "
				      "cannot begin",
			      &err);
		return;
	}
	services_log(ledger->chain, BSN_LOG_INFO,
		     "behind block %" G_GUINT64_FORMAT " the consensus is %s",
		     ledger_root(ledger->ledger)->block->height,
		     ledger->agreement->protocol);
	net_goes_on(ledger);
	protocol_pending(ledger);
}

/* ---- waiting ------------------------------------------------------------- */

void
protocol_retry_later(bsn_ledger *ledger)
{
	(void)services.timer->set(ledger->chain, TIMER_RETRY, RETRY_MS);
}

int32_t
protocol_not_now(bsn_ledger *ledger, int32_t status)
{
	ledger->refused = TRUE;
	protocol_retry_later(ledger);
	return status;
}

void
protocol_pending(bsn_ledger *ledger)
{
	CPU_CHARGE(services.cpu, BSN_CPU_CONSENSUS);

	ledger->refused = FALSE;
	if (ledger->protocol != NULL && !ledger->changing)
		ledger->consensus->pending(ledger->protocol);
}

void
protocol_retry(bsn_ledger *ledger)
{
	if (ledger->stopped != NULL)
		return;
	if (!final_retry(ledger))
		protocol_retry_later(ledger);
	else if (ledger->refused)
		protocol_pending(ledger);
}

/* ---- what comes ---------------------------------------------------------- */

void
protocol_durable(bsn_ledger *ledger, guint64 cookie)
{
	CPU_CHARGE(services.cpu, BSN_CPU_CONSENSUS);

	if (ledger->protocol != NULL && BSN_HAS(ledger->consensus, durable))
		ledger->consensus->durable(ledger->protocol, cookie);
}

void
protocol_timer(bsn_ledger *ledger, guint64 id)
{
	CPU_CHARGE(services.cpu, BSN_CPU_CONSENSUS);

	if (id == TIMER_PROTOCOL)
		take_over(ledger);
	else if (id == TIMER_RETRY)
		protocol_retry(ledger);
	else if (ledger->protocol != NULL && BSN_HAS(ledger->consensus, timer))
		ledger->consensus->timer(ledger->protocol, id);
}

void
protocol_message(bsn_ledger *ledger, bsn_slice from, bsn_slice message)
{
	CPU_CHARGE(services.cpu, BSN_CPU_CONSENSUS);

	/* Others may have changed before this node. */
	if (ledger->protocol != NULL && !ledger->changing &&
	    BSN_HAS(ledger->consensus, message))
		ledger->consensus->message(ledger->protocol, from, message);
}

void
protocol_peer(bsn_ledger *ledger, bsn_slice public_key, guint32 reachable)
{
	CPU_CHARGE(services.cpu, BSN_CPU_CONSENSUS);

	if (ledger->protocol != NULL && BSN_HAS(ledger->consensus, peer))
		ledger->consensus->peer(ledger->protocol, public_key,
					reachable);
}

const bsn_tree_consensus *
protocol_tree(const bsn_ledger *ledger)
{
	return ledger->protocol != NULL && !ledger->changing
		       ? ledger->consensus->tree
		       : NULL;
}
