/* SPDX-License-Identifier: Apache-2.0
 *
 * host/ops/log.h: the host's log: one line per event on standard error, as text
 * or as JSON, each written in one piece.
 */
#ifndef HOST_OPS_LOG_H
#define HOST_OPS_LOG_H

#include <glib.h>

typedef enum {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARNING,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG,
} LogLevel;

/* Before threads start. Level: "error", "warning", "info" or "debug"; format:
 * "text" or "json". Unknown words leave the default: info, text. */
void log_setup(const char *level, const char *format);
/* 1 when lines of that level are written; any thread. */
int log_wants(LogLevel level);

/* `area` is the part of the host ("gateway", "store"); `chain` the chain's name
 * or NULL. Control characters in the text are escaped, and what is over 1,000
 * bytes is cut off. Any thread. */
void log_error(const char *area, const char *chain, const char *format, ...)
	G_GNUC_PRINTF(3, 4);
void log_warning(const char *area, const char *chain, const char *format, ...)
	G_GNUC_PRINTF(3, 4);
void log_info(const char *area, const char *chain, const char *format, ...)
	G_GNUC_PRINTF(3, 4);
void log_debug(const char *area, const char *chain, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

/* A line at level info with further fields: pairs of name and value, ended by
 * NULL; values are strings. Any thread. */
void log_fields(const char *area, const char *chain, const char *message, ...)
	G_GNUC_NULL_TERMINATED;

#endif
