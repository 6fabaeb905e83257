/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a regular expression. What has been read of it lies together and forks by
 * distances, so that a step may be put in front of it.
 */
#include "plugins/engine-xuper/query/events/pattern_steps.h"

#include <string.h>

typedef struct {
	const char *at;
	GArray *steps;
} Reader;

/* ---- sets of bytes ---- */

static void
add_range(Step *set, guint8 from, guint8 to)
{
	for (guint byte = from; byte <= to; byte++)
		set->bytes[byte / 32] |= 1u << byte % 32;
}

static void
add_all(Step *set, const char *ranges)
{
	for (; *ranges != '\0'; ranges += 2)
		add_range(set, (guint8)ranges[0], (guint8)ranges[1]);
}

static void
complement(Step *set)
{
	for (guint i = 0; i < G_N_ELEMENTS(set->bytes); i++)
		set->bytes[i] = ~set->bytes[i];
}

/* What a backslash and this character stand for. FALSE: it is not offered. */
static gboolean
add_escape(Step *set, char letter)
{
	switch (letter) {
	case 'd':
		add_all(set, "09");
		return TRUE;
	case 'w':
		add_all(set, "09AZaz__");
		return TRUE;
	case 's':
		add_all(set, "\t\r  ");
		return TRUE;
	default: /* of a client */
		add_range(set, (guint8)letter, (guint8)letter);
		return g_ascii_ispunct(letter);
	}
}

/* "[:alpha:]", the first bracket being read. */
static gboolean
add_class(Step *set, const char **at)
{
	static const struct {
		const char *name, *ranges;
	} classes[] = {
		{ ":alpha:]", "AZaz" },	  { ":digit:]", "09" },
		{ ":alnum:]", "09AZaz" }, { ":upper:]", "AZ" },
		{ ":lower:]", "az" },	  { ":space:]", "\t\r  " },
		{ ":punct:]", "!/:@[`{~" },
		{ ":xdigit:]", "09AFaf" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(classes); i++) {
		if (!g_str_has_prefix(*at, classes[i].name))
			continue;
		add_all(set, classes[i].ranges);
		*at += strlen(classes[i].name);
		return TRUE;
	}
	return FALSE;
}

/* A character, or a range of them. */
static gboolean
add_member(Step *set, const char **at)
{
	const guint8 from = (guint8)*(*at)++;
	guint8 to = from;

	if (from == '[' && **at == ':')
		return add_class(set, at);
	if (from == '\\')
		return add_escape(set, *(*at)++);
	if ((*at)[0] == '-' && (*at)[1] != ']' && (*at)[1] != '\0') {
		to = (guint8)(*at)[1];
		*at += 2;
	}
	add_range(set, from, to);
	return to >= from;
}

/* What is behind "[". A "]" that comes first is one of the set. */
static gboolean
read_set(Reader *reader, Step *set)
{
	const gboolean negative = *reader->at == '^';
	gboolean first = TRUE;

	reader->at += negative;
	for (; first || *reader->at != ']'; first = FALSE)
		if (*reader->at == '\0' || !add_member(set, &reader->at))
			return FALSE;
	reader->at++;
	if (negative)
		complement(set);
	return TRUE;
}

/* ---- steps ---- */

static void
add_fork(Reader *reader, gint to, gint other)
{
	const Step fork = { .kind = STEP_FORK, .to = to, .other = other };

	g_array_append_val(reader->steps, fork);
}

static void
put_fork(Reader *reader, guint before, gint to, gint other)
{
	const Step fork = { .kind = STEP_FORK, .to = to, .other = other };

	g_array_insert_val(reader->steps, before, fork);
}

static gboolean read_choice(Reader *reader);

static gboolean
read_single(Reader *reader)
{
	Step step = { .kind = STEP_BYTE };
	const char letter = *reader->at++;
	gboolean fine = TRUE;

	switch (letter) {
	case '^':
		step.kind = STEP_BEGIN;
		break;
	case '$':
		step.kind = STEP_END;
		break;
	case '.':
		complement(&step);
		break;
	case '[':
		fine = read_set(reader, &step);
		break;
	case '\\':
		fine = *reader->at != '\0' && add_escape(&step, *reader->at++);
		break;
	default: /* of a client */
		fine = strchr("*+?{", letter) == NULL;
		add_range(&step, (guint8)letter, (guint8)letter);
		break;
	}
	g_array_append_val(reader->steps, step);
	return fine;
}

static gboolean
read_group(Reader *reader)
{
	reader->at++;
	if (!read_choice(reader) || *reader->at != ')')
		return FALSE;
	reader->at++;
	return TRUE;
}

/* Something, and how often. More than one mark says what the last one says. */
static gboolean
read_repeated(Reader *reader)
{
	const guint begin = reader->steps->len;
	gint len;

	if (!(*reader->at == '(' ? read_group(reader) : read_single(reader)))
		return FALSE;
	for (; *reader->at != '\0' && strchr("*+?", *reader->at) != NULL;
	     reader->at++) {
		len = (gint)(reader->steps->len - begin);
		if (*reader->at == '+') {
			add_fork(reader, -len, 1);
			continue;
		}
		put_fork(reader, begin, 1, len + (*reader->at == '*' ? 2 : 1));
		if (*reader->at == '*')
			add_fork(reader, -(len + 1), -(len + 1));
	}
	return TRUE;
}

/* Alternatives, up to a ")" or the end. */
static gboolean
read_choice(Reader *reader)
{
	const guint begin = reader->steps->len;
	guint leap;

	while (*reader->at != '\0' && *reader->at != '|' && *reader->at != ')')
		if (!read_repeated(reader))
			return FALSE;
	if (*reader->at != '|')
		return TRUE;
	reader->at++;
	put_fork(reader, begin, 1, (gint)(reader->steps->len - begin) + 2);
	leap = reader->steps->len;
	add_fork(reader, 0, 0);
	if (!read_choice(reader))
		return FALSE;
	g_array_index(reader->steps, Step, leap).to =
		g_array_index(reader->steps, Step, leap).other =
			(gint)(reader->steps->len - leap);
	return TRUE;
}

GArray *
steps_read(const char *text)
{
	const Step match = { .kind = STEP_MATCH };
	Reader reader = { text, g_array_new(FALSE, FALSE, sizeof(Step)) };

	if (!read_choice(&reader) || *reader.at != '\0') {
		g_array_unref(reader.steps);
		return NULL;
	}
	g_array_append_val(reader.steps, match);
	return reader.steps;
}
