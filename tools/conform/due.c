/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/due.h"

#include <string.h>

static gboolean
is_in_profile(const ConformOptions *options, const Check *check)
{
	gboolean function = g_str_has_prefix(check->id, "function.");
	gboolean common = check->row == NULL;

	if (strcmp(options->profile, "table1") == 0)
		return function || common;
	if (strcmp(options->profile, "table2") == 0)
		return !function;
	if (strcmp(options->profile, "bridge") == 0)
		return check->level == LEVEL_LOADS &&
		       g_str_has_prefix(check->id, "load.");
	return TRUE;
}

static gboolean
lacks_workload(const Subject *subject)
{
	return (subject->note.kinds & BSN_KIND_ENGINE) != 0 &&
	       subject->workload_path == NULL;
}

gboolean
check_is_due(const Due *due, const Check *check)
{
	const Subject *subject = due->subject;

	if (check->kinds != 0 && (check->kinds & subject->note.kinds) == 0)
		return FALSE;
	/* What does not follow from a seed is not driven by one. */
	if ((subject->flags & BSN_PLUGIN_DOES_IO) != 0 &&
	    !g_str_has_prefix(check->id, "load."))
		return FALSE;
	/* Of what cannot be loaded, and of an engine of which nobody says what
	 * to ask of it, these say all that there is to say. */
	if ((due->refused || lacks_workload(subject)) &&
	    !g_str_has_prefix(check->id, "load."))
		return FALSE;
	if (due->options->quick && check->level >= LEVEL_SIMULATOR)
		return FALSE;
	return (gint)check->level <= due->options->level &&
	       is_in_profile(due->options, check) &&
	       conform_options_want(due->options, check->id);
}

gboolean
check_is_unclaimed(const Due *due, const Check *check)
{
	return check->row != NULL &&
	       (due->subject->note.kinds & BSN_KIND_ENGINE) != 0 &&
	       (check->kinds & BSN_KIND_ENGINE) != 0 &&
	       !subject_offers(due->subject, check->row);
}
