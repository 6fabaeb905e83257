/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/error.h: what went wrong, in the words that the user sees, and the
 * exit code that follows from it.
 */
#ifndef TOOLS_CTL_ERROR_H
#define TOOLS_CTL_ERROR_H

#include <glib.h>
#include <jansson.h>

#define CTL_ERROR (ctl_error_quark())
typedef enum {
	CTL_ERROR_USAGE,   /* the command line is wrong: exit code 2 */
	CTL_ERROR_FAILED,  /* it could not be done here: exit code 1 */
	CTL_ERROR_REFUSED, /* the host said no: exit code 1 */
} CtlErrorCode;
GQuark ctl_error_quark(void);

/* Sets an error, printf style. The text is the reason, and after the first
 * line feed the remedy. Returns FALSE, so that a function can end with it. */
gboolean ctl_fail(GError **error, CtlErrorCode code, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

/* Sets CTL_ERROR_REFUSED from the host's answer, {"error": {...}}, which may
 * lack any part of it. Keeps a reference to the answer. */
gboolean ctl_fail_refused(GError **error, long http_status, json_t *answer);

/* The host's whole answer of a CTL_ERROR_REFUSED, borrowed; else NULL. */
json_t *ctl_error_answer(const GError *error);

/* 1 or 2. An error of another domain, GLib's file errors say, is 1. */
int ctl_error_exit_code(const GError *error);

/* The error as --json shows it: {"error": {"name", "reason", "remedy", ...}}.
 * To be released by the caller. */
json_t *ctl_error_to_json(const GError *error);

/* The same for people, ended by a line feed. */
char *ctl_error_to_text(const GError *error);

#endif
