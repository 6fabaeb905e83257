/* SPDX-License-Identifier: Apache-2.0 */
#include "host/plugin/report.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define HEAD_LEN 3u

gboolean
report_write(int fd, ReportKind kind, const char *text)
{
	guint8 frame[HEAD_LEN + REPORT_TEXT_MAX];
	gsize len = strnlen(text, REPORT_TEXT_MAX);
	ssize_t wrote;

	frame[0] = (guint8)((len + 1) >> 8);
	frame[1] = (guint8)(len + 1);
	frame[2] = (guint8)kind;
	memcpy(frame + HEAD_LEN, text, len);
	do
		wrote = write(fd, frame, HEAD_LEN + len);
	while (wrote < 0 && errno == EINTR);
	return wrote == (ssize_t)(HEAD_LEN + len);
}

static void
set_text(char **member, char **text)
{
	g_free(*member);
	*member = g_steal_pointer(text);
}

/* "RULE reason"; 0 when it is not that. */
static int
take_refusal(Report *report, const char *text)
{
	const char *space = strchr(text, ' ');
	g_autofree char *id = NULL;
	PluginRule rule;

	if (space == NULL)
		return 0;
	id = g_strndup(text, (gsize)(space - text));
	rule = plugin_rule_from_id(id);
	if (rule == RULE_NONE)
		return 0;
	refuse(&report->verdict.refusal, rule, "%s", space + 1);
	report->complete = 1;
	return 1;
}

/* 0 when it is no frame of the scanner's. */
static int
take_frame(Report *report, GPtrArray *offers, guint8 kind, const guint8 *data,
	   gsize len)
{
	g_autofree char *text = NULL;

	if (!g_utf8_validate_len((const char *)data, len, NULL))
		return 0;
	text = plugin_text((const char *)data, (gssize)len, REPORT_TEXT_MAX);
	switch (kind) {
	case REPORT_WHERE:
		set_text(&report->where, &text);
		return 1;
	case REPORT_NAME:
		set_text(&report->verdict.name, &text);
		return 1;
	case REPORT_VENDOR:
		set_text(&report->verdict.vendor, &text);
		return 1;
	case REPORT_OFFER:
		g_ptr_array_add(offers, g_steal_pointer(&text));
		return 1;
	case REPORT_REFUSED:
		return take_refusal(report, text);
	case REPORT_DONE:
		report->complete = 1;
		return len == 0;
	}
	return 0;
}

void
report_parse(Report *report, const guint8 *data, gsize len)
{
	GPtrArray *offers = g_ptr_array_new();

	memset(report, 0, sizeof(*report));
	while (len > 0) {
		gsize size = len >= HEAD_LEN ?
				     (gsize)data[0] << 8 | data[1] :
				     0;

		if (report->complete || size < 1 ||
		    size > 1 + REPORT_TEXT_MAX || size > len - 2 ||
		    !take_frame(report, offers, data[2], data + HEAD_LEN,
				size - 1)) {
			report->malformed = 1;
			break;
		}
		data += 2 + size;
		len -= 2 + size;
	}
	g_ptr_array_add(offers, NULL);
	report->verdict.offers = (char **)g_ptr_array_free(offers, FALSE);
}

void
scan_verdict_clear(ScanVerdict *verdict)
{
	refusal_clear(&verdict->refusal);
	g_free(verdict->name);
	g_free(verdict->vendor);
	g_strfreev(verdict->offers);
	memset(verdict, 0, sizeof(*verdict));
}

void
report_clear(Report *report)
{
	g_free(report->where);
	scan_verdict_clear(&report->verdict);
	memset(report, 0, sizeof(*report));
}
