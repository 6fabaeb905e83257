/* SPDX-License-Identifier: Apache-2.0
 *
 * contract.*: contracts are upgraded, frozen and uninstalled, by those who may.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/bed.h"
#include "tools/conform/claim.h"
#include "tools/conform/contract-facts.h"

#define NEWEST 0u /* a version: what the name stands for */

static void
must_answer(Bed *bed, guint version, const char *want)
{
	BedValue value =
		bed_call_at(bed, 0, 0, version, SIM_FN_VERSION, "", "", 0);

	EXPECT(bed_run_of(bed), g_strcmp0(value.text, want) == 0,
	       "%s must answer \"%s\" for its version; it answers \"%s\"",
	       bed_name(bed, version), want,
	       value.text != NULL ? value.text : value.reason);
}

static void
must_be_closed(Bed *bed, guint version, const char *what)
{
	Run *run = bed_run_of(bed);
	g_autofree char *call = g_strdup_printf("a call of %s", what);
	g_autofree char *tx = g_strdup_printf("a transaction for %s", what);
	BedValue value =
		bed_call_at(bed, 0, 0, version, SIM_FN_VERSION, "", "", 0);
	BedDone done;

	bed_must_refuse_call(bed, &value, call);
	done = bed_invoke_at(bed, 0, 0, version, SIM_FN_PUT, "closed", "no",
			     0);
	bed_must_refuse(bed, &done, tx);
	run_note(run, "%s takes no calls and no transactions", what);
}

static void
must_manage(Bed *bed, guint32 kind, guint version, const char *what)
{
	BedDone done = bed_manage(bed, 0, 0, kind, version);

	bed_must_commit(bed, &done, what);
}

/* Version 1 with a value, and version 2 over it. */
static Bed *
upgraded(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	BedDone done;

	bed_put(bed, "since", "version 1");
	done = bed_deploy(bed, 0, 0, 2);
	bed_must_commit(bed, &done, "the owner's deployment of version 2");
	return bed;
}

/* ---- contract.upgrade ---------------------------------------------------- */

static void
upgrades(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	Facts before = facts_get(bed, 0);
	Facts after;
	BedDone done;

	must_answer(bed, NEWEST, "1");
	bed_put(bed, "since", "version 1");
	done = bed_deploy(bed, 0, 0, 2);
	bed_must_commit(bed, &done, "the owner's deployment of version 2");
	must_answer(bed, NEWEST, "2");
	after = facts_get(bed, 0);
	facts_must_be_whole(bed, &after);
	EXPECT(run, g_strcmp0(before.version, after.version) != 0,
	       "an upgraded contract must have another version; it is \"%s\" "
	       "before and after",
	       after.version);
	bed_must_have(bed, 0, "since", "version 1");
	bed_put(bed, "since", "version 2");
	bed_restart(bed, 0);
	bed_must_have(bed, 0, "since", "version 2");
	must_answer(bed, NEWEST, "2");
}

static void
old_is_addressable(Run *run)
{
	Bed *bed;
	BedDone done;

	if (!claim_calls_old(run))
		run_not_claimed(run, "versions that are not the newest are "
				     "only listed");
	bed = upgraded(run);
	must_answer(bed, 1, "1");
	must_answer(bed, NEWEST, "2");
	done = bed_invoke_at(bed, 0, 0, 1, SIM_FN_PUT, "by", "the old one", 0);
	bed_must_commit(bed, &done, "a transaction for the old version");
	must_manage(bed, BSN_TX_FREEZE, 1, "freezing the old version");
	must_be_closed(bed, 1, "a frozen old version");
	must_answer(bed, NEWEST, "2");
	bed_put(bed, "by", "the new one");
	bed_restart(bed, 0);
	must_be_closed(bed, 1, "a frozen old version after a restart");
	must_answer(bed, NEWEST, "2");
}

/* ---- contract.freeze ----------------------------------------------------- */

static void
freezes(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	Facts facts;

	bed_put(bed, "cold", "snow");
	must_manage(bed, BSN_TX_FREEZE, NEWEST, "freezing");
	must_be_closed(bed, NEWEST, "a frozen contract");
	facts = facts_get(bed, 0);
	EXPECT(run, g_strcmp0(facts.state, "frozen") == 0,
	       "the state of a frozen contract must be \"frozen\"; it is "
	       "\"%s\"",
	       facts.state != NULL ? facts.state : "");
	bed_restart(bed, 0);
	must_be_closed(bed, NEWEST, "a frozen contract after a restart");
	must_manage(bed, BSN_TX_UNFREEZE, NEWEST, "unfreezing");
	must_answer(bed, NEWEST, "1");
	bed_must_have(bed, 0, "cold", "snow");
	bed_must_have(bed, 0, "closed", "");
	facts = facts_get(bed, 0);
	facts_must_be_whole(bed, &facts);
	bed_put(bed, "cold", "water");
}

static void
freezes_all_versions(Run *run)
{
	Bed *bed = upgraded(run);

	must_manage(bed, BSN_TX_FREEZE, NEWEST, "freezing by the name");
	must_be_closed(bed, NEWEST, "a frozen name");
	if (claim_calls_old(run))
		must_be_closed(bed, 1, "the old version of a frozen name");
	must_manage(bed, BSN_TX_UNFREEZE, NEWEST, "unfreezing by the name");
	must_answer(bed, NEWEST, "2");
	bed_must_have(bed, 0, "since", "version 1");
}

/* ---- contract.uninstall -------------------------------------------------- */

/* History may be kept, as long as nobody takes it for a contract that works. */
static void
must_not_look_usable(Bed *bed)
{
	Run *run = bed_run_of(bed);
	const bsn_reply *found = bed_contract(bed, 0, bed_name(bed, 0));
	const char *state = bed_json(bed, found, "/state");
	g_autoptr(GArray) all = facts_all(bed, bed_list(bed, 0, 0, 100));

	EXPECT(run,
	       found->status == BSN_NOT_FOUND ||
		       g_strcmp0(state, "uninstalled") == 0,
	       "get of an uninstalled contract must answer not-found, or the "
	       "state \"uninstalled\"; it answers %s, \"%s\"",
	       bed_status_name(found->status), state != NULL ? state : "");
	for (guint i = 0; i < all->len; i++) {
		const Facts *facts = &g_array_index(all, Facts, i);

		EXPECT(run,
		       g_strcmp0(facts->name, bed_name(bed, 0)) != 0 ||
			       g_strcmp0(facts->state, "uninstalled") == 0,
		       "list must not have an uninstalled contract, or as "
		       "\"uninstalled\"; it has it as \"%s\"",
		       facts->state != NULL ? facts->state : "");
	}
	run_note(run, "its history is %s",
		 found->status == BSN_OK ? "kept" : "not kept");
}

static void
must_not_answer_at(Bed *bed, const char *address)
{
	BedValue value;

	if (address == NULL || *address == '\0')
		return;
	value = bed_call_named(bed, 0, address, SIM_FN_VERSION, "");
	bed_must_refuse_call(bed, &value,
			     "a call of an uninstalled contract's address");
}

static void
uninstalls(Run *run)
{
	Bed *bed = upgraded(run);
	Facts before = facts_get(bed, 0);

	must_manage(bed, BSN_TX_UNINSTALL, NEWEST, "uninstalling");
	must_be_closed(bed, NEWEST, "an uninstalled contract");
	if (claim_calls_old(run))
		must_be_closed(bed, 1,
			       "the old version of an uninstalled contract");
	must_not_answer_at(bed, before.address);
	must_not_look_usable(bed);
	bed_restart(bed, 0);
	must_be_closed(bed, NEWEST, "an uninstalled contract after a restart");
	must_not_answer_at(bed, before.address);
	must_not_look_usable(bed);
}

static void
stays_uninstalled(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	BedDone done;

	bed_put(bed, "before", "the end");
	must_manage(bed, BSN_TX_UNINSTALL, NEWEST, "uninstalling");
	done = bed_manage(bed, 0, 0, BSN_TX_UNFREEZE, NEWEST);
	bed_must_refuse(bed, &done, "unfreezing an uninstalled contract");
	must_be_closed(bed, NEWEST, "an uninstalled contract");
	done = bed_deploy(bed, 0, 0, 1);
	if (done.stage == BSN_TX_COMMITTED)
		must_answer(bed, NEWEST, "1");
	else
		bed_must_refuse(bed, &done, "a name that was uninstalled");
	run_note(run, "its name may %sbe deployed again",
		 done.stage == BSN_TX_COMMITTED ? "" : "not ");
}

/* ---- who may ------------------------------------------------------------- */

/* All but the owner, account 0. */
static const guint others[] = { 1 };

static void
must_be_denied(Bed *bed, guint32 kind, const char *what)
{
	for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
		BedDone done = bed_manage(bed, 0, others[i], kind, NEWEST);

		bed_must_refuse(bed, &done, what);
	}
}

static void
upgrade_is_denied(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);
	BedDone done = bed_deploy(bed, 0, others[0], 2);

	bed_must_refuse(bed, &done, "an upgrade by another account");
	must_answer(bed, NEWEST, "1");
	done = bed_deploy(bed, 0, 0, 2);
	bed_must_commit(bed, &done, "the owner's own upgrade after that");
	must_answer(bed, NEWEST, "2");
}

static void
freeze_is_denied(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);

	must_be_denied(bed, BSN_TX_FREEZE, "freezing by another account");
	must_answer(bed, NEWEST, "1");
	must_manage(bed, BSN_TX_FREEZE, NEWEST, "freezing by the owner");
	must_be_denied(bed, BSN_TX_UNFREEZE, "unfreezing by another account");
	must_be_closed(bed, NEWEST, "a frozen contract");
}

static void
uninstall_is_denied(Run *run)
{
	Bed *bed = bed_with_contract(run, NULL);

	must_be_denied(bed, BSN_TX_UNINSTALL,
		       "uninstalling by another account");
	must_answer(bed, NEWEST, "1");
	bed_restart(bed, 0);
	must_answer(bed, NEWEST, "1");
	must_manage(bed, BSN_TX_UNINSTALL, NEWEST, "uninstalling by the owner");
	must_be_closed(bed, NEWEST, "an uninstalled contract");
}

/* ---- after a restart ----------------------------------------------------- */

static void
must_be_the_same(Bed *bed, const GArray *before, const char *after_what)
{
	g_autoptr(GArray) after = facts_all(bed, bed_list(bed, 0, 0, 100));
	gboolean same = before->len == after->len;

	for (guint i = 0; same && i < before->len; i++)
		same = facts_equal(&g_array_index(before, Facts, i),
				   &g_array_index(after, Facts, i));
	EXPECT(bed_run_of(bed), same,
	       "list must be the same %s; it is another one", after_what);
}

static void
survives(Run *run)
{
	Bed *bed = upgraded(run);
	g_autoptr(GArray) before = NULL;
	guint frozen = claim_calls_old(run) ? 1 : NEWEST;

	must_manage(bed, BSN_TX_FREEZE, frozen, "freezing a version");
	before = facts_all(bed, bed_list(bed, 0, 0, 100));
	bed_restart(bed, 0);
	must_be_the_same(bed, before, "after a restart");
	bed_kill(bed, 0);
	bed_boot(bed, 0);
	must_be_the_same(bed, before, "after a crash");
	must_be_closed(bed, frozen, "a frozen version after a crash");
	must_manage(bed, BSN_TX_UNFREEZE, frozen, "unfreezing it again");
	must_answer(bed, frozen, frozen == NEWEST ? "2" : "1");
	must_answer(bed, NEWEST, "2");
	bed_must_have(bed, 0, "since", "version 1");
}

#define CHECK(id, row, kind, function, sentence)                               \
	{ "contract." id, sentence, row, "engine.h: " kind, LEVEL_TABLE2, 1,   \
	  BSN_KIND_ENGINE, function, 0 }

static const Check list[] = {
	CHECK("upgrade", "contract.upgrade", "BSN_TX_DEPLOY", upgrades,
	      "A further deployment of a name is its next version, which keeps "
	      "what the contract has stored."),
	CHECK("versions", "contract.upgrade", "BSN_TX_DEPLOY",
	      old_is_addressable,
	      "An old version answers by a name of its own until it is "
	      "frozen."),
	CHECK("upgrade-denied", "contract.upgrade", "BSN_TX_DEPLOY",
	      upgrade_is_denied, "Only who may upgrades a contract."),
	CHECK("freeze", "contract.freeze", "BSN_TX_FREEZE", freezes,
	      "A frozen contract takes no calls and no transactions until it "
	      "is unfrozen, and then goes on as before."),
	CHECK("freeze-versions", "contract.freeze", "BSN_TX_FREEZE",
	      freezes_all_versions, "A name is frozen and unfrozen as one."),
	CHECK("freeze-denied", "contract.freeze", "BSN_TX_FREEZE",
	      freeze_is_denied, "Only who may freezes and unfreezes."),
	CHECK("uninstall", "contract.uninstall", "BSN_TX_UNINSTALL",
	      uninstalls,
	      "An uninstalled contract is callable by no name, version or "
	      "address, and does not look usable."),
	CHECK("uninstall-final", "contract.uninstall", "BSN_TX_UNINSTALL",
	      stays_uninstalled,
	      "What is uninstalled does not come back by unfreezing."),
	CHECK("uninstall-denied", "contract.uninstall", "BSN_TX_UNINSTALL",
	      uninstall_is_denied, "Only who may uninstalls."),
	CHECK("restart", "contract.upgrade", "bsn_chain_ops.open", survives,
	      "Versions, states and what was stored outlive restarts and "
	      "crashes."),
};
CHECK_GROUP(checks_contract_life, list);
