/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/settings.h: KEY=VALUE on a command line, into JSON.
 */
#ifndef TOOLS_CTL_SETTINGS_H
#define TOOLS_CTL_SETTINGS_H

#include "tools/ctl/ctl.h"

/* The option of verbs whose requests take a framework's own options. */
/* clang-format off */
#define SETTINGS_OPTION \
	{ "option", 'o', "KEY=VALUE", \
	  "an option in the framework's own words; a.b=V reaches into an " \
	  "object, KEY=@FILE takes JSON from a file; may be repeated" }
/* clang-format on */

/* Sets what each --OPTION KEY=VALUE says; "a.b" is a member of a member, a value
 * is JSON or else a string, or what @FILE has as JSON. */
gboolean settings_take(const Args *args, const char *option, json_t *object,
		       GError **error);
/* Adds what --option says to a request's "options"; nothing when it is not
 * given. */
gboolean settings_add_options(const Args *args, json_t *request,
			      GError **error);

#endif
