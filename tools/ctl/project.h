/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/project.h: a vendor's project, begun from one that is there.
 */
#ifndef TOOLS_CTL_PROJECT_H
#define TOOLS_CTL_PROJECT_H

#include <glib.h>

/* What the project to begin with calls its framework. */
#define PROJECT_WORD "acme"

/* [a-z][a-z0-9-]{0,30}: what a framework, its file and its engine are called.
 */
gboolean project_check_name(const char *name, GError **error);

/* Copies the files of a directory, its subdirectories left out, into a new one
 * (or one that is empty), and puts `name` for PROJECT_WORD in their names and
 * texts, with _ for - where it stands between underscores. All of it is there
 * afterwards, or nothing. */
gboolean project_new(const char *from, const char *directory, const char *name,
		     GError **error);

#endif
