/* SPDX-License-Identifier: Apache-2.0 */
#include "host/config/config_value.h"

#include <string.h>

#include "host/config/address.h"
#include "host/config/peer_rule.h"

/* Longest name of this node or of a framework. */
#define NAME_MAX_LEN 63u
/* Items of one list. */
#define LIST_MAX 256u
/* Words of a command. */
#define COMMAND_WORDS_MAX 32u
#define DIGEST_PREFIX "sm3:"
#define DIGEST_HEX 64u

static void *
member(Config *config, const ConfigKey *key)
{
	return (char *)config + key->offset;
}

/* ---- numbers ---- */

/* Bits that a suffix stands for; -1 for an unknown one. */
static int
suffix_shift(const char *suffix, gboolean sizes)
{
	static const char letters[] = "KMG";
	const char *at;

	if (suffix[0] == '\0')
		return 0;
	at = strchr(letters, suffix[0]);
	if (!sizes || at == NULL || suffix[1] != '\0')
		return -1;
	return 10 * (int)(at - letters + 1);
}

static gboolean
read_number(const char *text, gboolean sizes, guint64 *out)
{
	gsize digits = strspn(text, "0123456789");
	int shift = suffix_shift(text + digits, sizes);

	/* 19 digits always fit 64 bits. */
	if (digits == 0 || digits > 19 || shift < 0)
		return FALSE;
	*out = g_ascii_strtoull(text, NULL, 10);
	if (*out > G_MAXUINT64 >> shift)
		return FALSE;
	*out <<= shift;
	return TRUE;
}

static char *
read_in_range(const ConfigKey *key, const char *text, guint64 *out)
{
	gboolean sizes = key->kind != KEY_COUNT;

	if (!read_number(text, sizes, out))
		return g_strdup_printf("is no %s; give %" G_GUINT64_FORMAT
				       " to %" G_GUINT64_FORMAT "%s",
				       sizes ? "size" : "whole number",
				       key->min, key->max,
				       sizes ? ", or with K, M or G" : "");
	if (*out >= key->min && *out <= key->max)
		return NULL;
	return g_strdup_printf(
		"is %s %" G_GUINT64_FORMAT "; give %" G_GUINT64_FORMAT
		" to %" G_GUINT64_FORMAT,
		*out < key->min ? "below" : "above",
		*out < key->min ? key->min : key->max, key->min, key->max);
}

static char *
set_number(Config *config, const ConfigKey *key, const char *text)
{
	guint64 number = 0;
	char *wrong = read_in_range(key, text, &number);

	if (wrong != NULL)
		return wrong;
	if (key->kind == KEY_SIZE)
		*(guint64 *)member(config, key) = number;
	else
		*(guint *)member(config, key) = (guint)number;
	return NULL;
}

static char *
format_size(guint64 bytes)
{
	static const char letters[] = "KMG";
	int unit = -1;

	while (bytes > 0 && bytes % 1024 == 0 && unit < 2) {
		bytes /= 1024;
		unit++;
	}
	if (unit < 0)
		return g_strdup_printf("%" G_GUINT64_FORMAT, bytes);
	return g_strdup_printf("%" G_GUINT64_FORMAT "%c", bytes,
			       letters[unit]);
}

char *
config_value_range(const ConfigKey *key)
{
	g_autofree char *min = NULL;
	g_autofree char *max = NULL;

	if (key->kind == KEY_COUNT)
		return g_strdup_printf("%" G_GUINT64_FORMAT
				       " to %" G_GUINT64_FORMAT,
				       key->min, key->max);
	if (key->kind != KEY_SIZE && key->kind != KEY_SIZE_32)
		return NULL;
	min = format_size(key->min);
	max = format_size(key->max);
	return g_strdup_printf("%s to %s bytes", min, max);
}

/* ---- texts ---- */

static char *
check_name(const char *text)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789._-";
	gsize len = strlen(text);

	if (len > 0 && len <= NAME_MAX_LEN && strspn(text, allowed) == len)
		return NULL;
	return g_strdup_printf("is no name; give 1 to %u letters, digits, "
			       "'.', '_' or '-'",
			       NAME_MAX_LEN);
}

static char *
check_chain(const char *text)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	gsize len = strlen(text);

	if (strcmp(text, "*") == 0 ||
	    (len <= NAME_MAX_LEN && text[0] != '-' &&
	     strspn(text, allowed) == len))
		return NULL;
	return g_strdup_printf("has an item that is no chain's name; give * "
			       "or names of 1 to %u of a-z, 0-9 and -",
			       NAME_MAX_LEN);
}

static char *
check_word(const ConfigKey *key, const char *text)
{
	g_auto(GStrv) words = g_strsplit(key->words, " ", -1);
	g_autofree char *choice = NULL;

	if (g_strv_contains((const char *const *)words, text))
		return NULL;
	choice = g_strjoinv(", ", words);
	return g_strdup_printf("is none of its words; give one of %s", choice);
}

static char *
check_address(const ConfigKey *key, const char *text)
{
	Address address;

	if (text[0] == '\0' && key->standard[0] == '\0')
		return NULL; /* it may be left out */
	if (!address_parse(text, &address))
		return g_strdup("is no numeric address with a port; give one "
				"like 127.0.0.1:8443 or [::1]:8443");
	if (key->kind == KEY_LOOPBACK && !address_is_loopback(&address))
		return g_strdup("can be reached from other machines; give "
				"127.0.0.1 or [::1] and a port");
	return NULL;
}

static char *
check_path(const ConfigKey *key, const char *text)
{
	/* One that may be left out may be left empty. */
	return text[0] != '\0' ||
			       (key->kind == KEY_PATH &&
				key->standard[0] == '\0') ?
		       NULL :
		       g_strdup("is empty; give a path");
}

static char *
check_digest(const char *text)
{
	const char *hex = text + strlen(DIGEST_PREFIX);

	if (g_str_has_prefix(text, DIGEST_PREFIX) &&
	    strlen(hex) == DIGEST_HEX &&
	    strspn(hex, "0123456789abcdef") == DIGEST_HEX)
		return NULL;
	return g_strdup_printf("has an item that is no digest; give " DIGEST_PREFIX
			       " and %u lower-case hex digits each",
			       DIGEST_HEX);
}

/* As a browser writes it (RFC 6454 section 6.2): no path, not even "/". */
static char *
check_origin(const char *text)
{
	const char *host = strstr(text, "://");

	if (strcmp(text, "*") == 0 ||
	    (host != NULL && host > text && host[3] != '\0' &&
	     strpbrk(host + 3, "/ ,") == NULL))
		return NULL;
	return g_strdup("has an item that is no origin; give * or items like "
			"https://app.example:8080");
}

/* "bank 127.0.0.1:20200" */
static char *
check_port(const char *text)
{
	const char *space = strchr(text, ' ');
	g_autofree char *chain =
		space != NULL ? g_strndup(text, (gsize)(space - text)) : NULL;
	g_autofree char *wrong = chain != NULL ? check_name(chain) : NULL;
	Address address;

	if (chain != NULL && wrong == NULL &&
	    address_parse(space + strspn(space, " "), &address))
		return NULL;
	return g_strdup("has an item that is no name with a numeric address "
			"and port; give items like bank 127.0.0.1:20200");
}

static char *
check_peer(const char *text)
{
	PeerRule rule;

	if (!peer_rule_parse(text, &rule))
		return g_strdup("has an item that names no hosts; give items "
				"like address 10.1.0.0/16, organisation Acme, "
				"host node1@Acme or certificate and 64 hex "
				"digits");
	peer_rule_clear(&rule);
	return NULL;
}

static char *
check_text(const ConfigKey *key, const char *text)
{
	switch (key->kind) {
	case KEY_NAME:
	case KEY_WORDS:
		return check_name(text);
	case KEY_CHAINS:
		return check_chain(text);
	case KEY_WORD:
		return check_word(key, text);
	case KEY_ADDRESS:
	case KEY_LOOPBACK:
	case KEY_ADDRESSES:
		return check_address(key, text);
	case KEY_PATH:
	case KEY_PATHS:
		return check_path(key, text);
	case KEY_PORTS:
		return check_port(text);
	case KEY_PEERS:
		return check_peer(text);
	case KEY_ORIGINS:
		return check_origin(text);
	case KEY_DIGESTS:
		return check_digest(text);
	case KEY_COMMAND:
	case KEY_COUNT:
	case KEY_SIZE_32:
	case KEY_SIZE:
		break;
	}
	return NULL;
}

static char *
copy_text(const ConfigKey *key, const char *text, const char *directory)
{
	if ((key->kind == KEY_PATH || key->kind == KEY_PATHS) &&
	    text[0] != '\0')
		return g_canonicalize_filename(text, directory);
	return g_strdup(text);
}

static char *
set_text(Config *config, const ConfigKey *key, const char *text,
	 const char *directory)
{
	char *wrong = check_text(key, text);

	if (wrong == NULL)
		*(char **)member(config, key) =
			copy_text(key, text, directory);
	return wrong;
}

/* ---- lists ---- */

static char *
collect(const ConfigKey *key, const char *text, const char *directory,
	GPtrArray *out)
{
	g_auto(GStrv) items = g_strsplit(text, ";", -1);

	for (guint i = 0; items[i] != NULL; i++) {
		char *wrong;

		if (g_strstrip(items[i])[0] == '\0')
			continue;
		wrong = check_text(key, items[i]);
		if (wrong != NULL)
			return wrong;
		g_ptr_array_add(out, copy_text(key, items[i], directory));
	}
	if (out->len > LIST_MAX)
		return g_strdup_printf("has %u items; give at most %u",
				       out->len, LIST_MAX);
	if (out->len < key->min)
		return g_strdup("is empty; give at least one, separated by ;");
	return NULL;
}

static char *
set_list(Config *config, const ConfigKey *key, const char *text,
	 const char *directory)
{
	GPtrArray *items = g_ptr_array_new_with_free_func(g_free);
	char *wrong = collect(key, text, directory, items);

	if (wrong != NULL) {
		g_ptr_array_unref(items);
		return wrong;
	}
	g_ptr_array_add(items, NULL);
	*(char ***)member(config, key) =
		(char **)g_ptr_array_free(items, FALSE);
	return NULL;
}

/* ---- command lines ---- */

static char *
set_command(Config *config, const ConfigKey *key, const char *text,
	    const char *directory)
{
	char **words = NULL;

	if (text[0] == '\0')
		words = g_new0(char *, 1);
	else if (!g_shell_parse_argv(text, NULL, &words, NULL))
		return g_strdup("is no command line; quote words as for a "
				"shell");
	if (g_strv_length(words) > COMMAND_WORDS_MAX) {
		g_strfreev(words);
		return g_strdup_printf("has more than %u words; put them into "
				       "a script",
				       COMMAND_WORDS_MAX);
	}
	if (words[0] != NULL && strchr(words[0], '/') != NULL) {
		char *program = g_canonicalize_filename(words[0], directory);

		g_free(words[0]);
		words[0] = program;
	}
	*(char ***)member(config, key) = words;
	return NULL;
}

/* ---- any ---- */

char *
config_value_set(Config *config, const ConfigKey *key, const char *text,
		 const char *directory)
{
	switch (key->kind) {
	case KEY_NAME:
	case KEY_WORD:
	case KEY_ADDRESS:
	case KEY_LOOPBACK:
	case KEY_PATH:
		return set_text(config, key, text, directory);
	case KEY_ADDRESSES:
	case KEY_PATHS:
	case KEY_WORDS:
	case KEY_CHAINS:
	case KEY_PORTS:
	case KEY_PEERS:
	case KEY_ORIGINS:
	case KEY_DIGESTS:
		return set_list(config, key, text, directory);
	case KEY_COMMAND:
		return set_command(config, key, text, directory);
	case KEY_COUNT:
	case KEY_SIZE_32:
	case KEY_SIZE:
		return set_number(config, key, text);
	}
	return NULL;
}

void
config_value_clear(Config *config, const ConfigKey *key)
{
	switch (key->kind) {
	case KEY_NAME:
	case KEY_WORD:
	case KEY_ADDRESS:
	case KEY_LOOPBACK:
	case KEY_PATH:
		g_clear_pointer((char **)member(config, key), g_free);
		break;
	case KEY_ADDRESSES:
	case KEY_PATHS:
	case KEY_WORDS:
	case KEY_CHAINS:
	case KEY_PORTS:
	case KEY_PEERS:
	case KEY_ORIGINS:
	case KEY_DIGESTS:
	case KEY_COMMAND:
		g_clear_pointer((char ***)member(config, key), g_strfreev);
		break;
	case KEY_COUNT:
	case KEY_SIZE_32:
	case KEY_SIZE:
		break;
	}
}
