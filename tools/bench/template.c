/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/template.h"

#include <string.h>

#include "tools/ctl/error.h"

#define RANDOM_MAX 65536u
#define DEPTH_MAX 16u

typedef enum {
	PLACE_TEXT, /* as it stands */
	PLACE_N,
	PLACE_RUN,
	PLACE_RECORD,
	PLACE_OTHER,
	PLACE_SIGNER,
	PLACE_ADDRESS,
	PLACE_OTHER_ADDRESS,
	PLACE_SIGNER_ADDRESS,
	PLACE_HEX,
	PLACE_LETTERS,
	PLACE_INT,
} PlaceKind;

typedef struct {
	PlaceKind kind;
	char *text;
	guint64 low, high; /* of an int; `low` is a length otherwise */
} Place;

/* A JSON value: a container with parts, a string with places, or anything else.
 */
typedef struct Part Part;
struct Part {
	json_t *value;	  /* borrowed */
	GArray *places;	  /* of a string; NULL: without any */
	GPtrArray *parts; /* Part */
	GPtrArray *names; /* of an object's parts; borrowed */
};

struct Template {
	json_t *json;
	Part *part;
	gboolean varies;
};

/* ---- places ------------------------------------------------------------- */

static const struct {
	const char *word;
	PlaceKind kind;
} words[] = {
	{ "n", PLACE_N },
	{ "run", PLACE_RUN },
	{ "record", PLACE_RECORD },
	{ "other", PLACE_OTHER },
	{ "signer", PLACE_SIGNER },
	{ "address", PLACE_ADDRESS },
	{ "other-address", PLACE_OTHER_ADDRESS },
	{ "signer-address", PLACE_SIGNER_ADDRESS },
};

static gboolean
take_number(const char **at, guint64 max, guint64 *value)
{
	char *end;

	if (!g_ascii_isdigit(**at))
		return FALSE;
	*value = g_ascii_strtoull(*at, &end, 10);
	*at = end;
	return *value <= max;
}

/* "hex:N", "text:N" */
static gboolean
parse_length(const char *word, const char *name, guint64 *len)
{
	if (!g_str_has_prefix(word, name))
		return FALSE;
	word += strlen(name);
	return take_number(&word, RANDOM_MAX, len) && *word == '\0';
}

static gboolean
parse_int(const char *word, Place *place)
{
	if (!g_str_has_prefix(word, "int:"))
		return FALSE;
	word += strlen("int:");
	if (!take_number(&word, G_MAXINT64, &place->low) ||
	    !g_str_has_prefix(word, ".."))
		return FALSE;
	word += 2;
	return take_number(&word, G_MAXINT64, &place->high) && *word == '\0' &&
	       place->low <= place->high;
}

static gboolean
parse_place(const char *word, Place *place)
{
	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		if (strcmp(word, words[i].word) == 0) {
			place->kind = words[i].kind;
			return TRUE;
		}
	if (parse_length(word, "hex:", &place->low))
		place->kind = PLACE_HEX;
	else if (parse_length(word, "text:", &place->low))
		place->kind = PLACE_LETTERS;
	else if (parse_int(word, place))
		place->kind = PLACE_INT;
	else
		return FALSE;
	return TRUE;
}

static void
place_clear(gpointer data)
{
	Place *place = data;

	g_free(place->text);
}

static void
add_text(GArray *places, GString *text)
{
	Place place = { .kind = PLACE_TEXT };

	if (text->len == 0)
		return;
	place.text = g_strdup(text->str);
	g_array_append_val(places, place);
	g_string_truncate(text, 0);
}

static gboolean
fail_place(const char *word, const char *where, GError **error)
{
	return ctl_fail(error, CTL_ERROR_USAGE,
			"%s: nothing is known to fill into {%.40s}\nThere are "
			"{n}, {run}, {record}, {other}, {signer}, {address}, "
			"{other-address}, {signer-address}, {hex:N}, {text:N} "
			"and {int:LOW..HIGH}.",
			where, word);
}

/* The place that begins behind a brace; `at` is behind its end then. */
static gboolean
add_place(GArray *places, const char **at, const char *where, GError **error)
{
	const char *end = strchr(*at, '}');
	g_autofree char *word =
		g_strndup(*at, end != NULL ? (gsize)(end - *at) : 40);
	Place place = { .kind = PLACE_TEXT };

	if (end == NULL || !parse_place(word, &place))
		return fail_place(word, where, error);
	g_array_append_val(places, place);
	*at = end + 1;
	return TRUE;
}

static GArray *
parse_places(const char *text, const char *where, GError **error)
{
	g_autoptr(GArray) places = g_array_new(FALSE, TRUE, sizeof(Place));
	g_autoptr(GString) plain = g_string_new(NULL);

	g_array_set_clear_func(places, place_clear);
	while (*text != '\0') {
		const gboolean doubled =
			(*text == '{' || *text == '}') && text[1] == *text;

		if (*text != '{' || doubled) {
			g_string_append_c(plain, *text);
			text += doubled ? 2 : 1;
			continue;
		}
		add_text(places, plain);
		text++;
		if (!add_place(places, &text, where, error))
			return NULL;
	}
	add_text(places, plain);
	return g_steal_pointer(&places);
}

/* ---- parts -------------------------------------------------------------- */

static void
part_free(gpointer data)
{
	Part *part = data;

	if (part == NULL)
		return;
	g_clear_pointer(&part->places, g_array_unref);
	g_clear_pointer(&part->parts, g_ptr_array_unref);
	g_clear_pointer(&part->names, g_ptr_array_unref);
	g_free(part);
}

static Part *part_new(Template *template, json_t *value, const char *where,
		      guint depth, GError **error);

static gboolean
add_part(Template *template, Part *part, json_t *value, const char *name,
	 const char *where, guint depth, GError **error)
{
	Part *inner = part_new(template, value, where, depth, error);

	if (inner == NULL)
		return FALSE;
	g_ptr_array_add(part->parts, inner);
	if (name != NULL)
		g_ptr_array_add(part->names, (gpointer)(gsize)name);
	return TRUE;
}

static gboolean
add_parts(Template *template, Part *part, const char *where, guint depth,
	  GError **error)
{
	json_t *value = part->value;
	const char *name;
	json_t *element;
	gsize i;

	part->parts = g_ptr_array_new_with_free_func(part_free);
	part->names = g_ptr_array_new();
	if (depth > DEPTH_MAX)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"%s: it goes more than %u deep", where,
				DEPTH_MAX);
	if (json_is_array(value)) {
		json_array_foreach(value, i, element)
		{
			if (!add_part(template, part, element, NULL, where,
				      depth + 1, error))
				return FALSE;
		}
		return TRUE;
	}
	json_object_foreach(value, name, element)
	{
		if (!add_part(template, part, element, name, where, depth + 1,
			      error))
			return FALSE;
	}
	return TRUE;
}

static void
note_places(Template *template, const GArray *places)
{
	for (guint i = 0; i < places->len; i++) {
		const PlaceKind kind = g_array_index(places, Place, i).kind;

		if (kind != PLACE_TEXT && kind != PLACE_RUN)
			template->varies = TRUE;
	}
}

static Part *
part_new(Template *template, json_t *value, const char *where, guint depth,
	 GError **error)
{
	Part *part = g_new0(Part, 1);
	gboolean ok = TRUE;

	part->value = value;
	if (json_is_string(value)) {
		part->places =
			parse_places(json_string_value(value), where, error);
		ok = part->places != NULL;
		if (ok)
			note_places(template, part->places);
	} else if (json_is_array(value) || json_is_object(value)) {
		ok = add_parts(template, part, where, depth, error);
	}
	if (ok)
		return part;
	part_free(part);
	return NULL;
}

Template *
template_new(const char *json, const char *where, GError **error)
{
	g_autoptr(Template) template = g_new0(Template, 1);
	json_error_t why;

	template->json = json_loads(json, JSON_REJECT_DUPLICATES, &why);
	if (template->json == NULL) {
		ctl_fail(error, CTL_ERROR_USAGE,
			 "%s: no JSON array or object: %s", where, why.text);
		return NULL;
	}
	template->part = part_new(template, template->json, where, 0, error);
	return template->part != NULL ? g_steal_pointer(&template) : NULL;
}

void
template_free(Template *template)
{
	if (template == NULL)
		return;
	part_free(template->part);
	json_decref(template->json);
	g_free(template);
}

gboolean
template_is_constant(const Template *template)
{
	return !template->varies;
}

/* ---- filling in --------------------------------------------------------- */

Turn
turn_new(guint64 seed, guint64 n, const Draw *draw_of, const char *run)
{
	Turn turn = { .n = n, .dice = dice_new(seed, n), .run = run };

	turn.record = draw(draw_of, &turn.dice);
	turn.other = draw(draw_of, &turn.dice);
	if (turn.other == turn.record)
		turn.other = (turn.other + 1) % draw_of->n;
	return turn;
}

static void
put_hex(GString *out, Dice *dice, guint64 len)
{
	for (guint64 i = 0; i < len; i += 8) {
		const guint64 word = dice_u64(dice);
		const int digits = (int)(2 * MIN(len - i, 8));
		char text[17];

		g_snprintf(text, sizeof(text), "%016" G_GINT64_MODIFIER "x",
			   word);
		g_string_append_len(out, text, digits);
	}
}

static void
put_letters(GString *out, Dice *dice, guint64 len)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789-_";
	guint64 word = 0;

	for (guint64 i = 0; i < len; i++) {
		if (i % 10 == 0)
			word = dice_u64(dice);
		g_string_append_c(out, letters[word & 63]);
		word >>= 6;
	}
}

static void
put_u64(GString *out, guint64 value)
{
	g_string_append_printf(out, "%" G_GUINT64_FORMAT, value);
}

static void
put_address(GString *out, const Turn *turn, guint64 key)
{
	g_autofree char *address = turn->address(key, turn->user);

	g_string_append(out, address);
}

static void
put_place(GString *out, const Place *place, const Turn *turn, Dice *dice)
{
	switch (place->kind) {
	case PLACE_TEXT:
		g_string_append(out, place->text);
		return;
	case PLACE_N:
		put_u64(out, turn->n);
		return;
	case PLACE_RUN:
		g_string_append(out, turn->run);
		return;
	case PLACE_RECORD:
		put_u64(out, turn->record);
		return;
	case PLACE_OTHER:
		put_u64(out, turn->other);
		return;
	case PLACE_SIGNER:
		put_u64(out, turn->signer);
		return;
	case PLACE_ADDRESS:
		put_address(out, turn, turn->record);
		return;
	case PLACE_OTHER_ADDRESS:
		put_address(out, turn, turn->other);
		return;
	case PLACE_SIGNER_ADDRESS:
		put_address(out, turn, turn->signer);
		return;
	case PLACE_HEX:
		put_hex(out, dice, place->low);
		return;
	case PLACE_LETTERS:
		put_letters(out, dice, place->low);
		return;
	case PLACE_INT:
		put_u64(out,
			place->low +
				dice_below(dice, place->high - place->low + 1));
		return;
	}
}

static json_t *
expand_text(const GArray *places, const Turn *turn, Dice *dice)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (guint i = 0; i < places->len; i++)
		put_place(out, &g_array_index(places, Place, i), turn, dice);
	return json_stringn(out->str, out->len);
}

static json_t *
expand(const Part *part, const Turn *turn, Dice *dice)
{
	json_t *out;

	if (part->places != NULL)
		return expand_text(part->places, turn, dice);
	if (part->parts == NULL)
		return json_deep_copy(part->value);
	out = json_is_array(part->value) ? json_array() : json_object();
	for (guint i = 0; i < part->parts->len; i++) {
		json_t *value = expand(part->parts->pdata[i], turn, dice);

		if (json_is_array(out))
			json_array_append_new(out, value);
		else
			json_object_set_new(out, part->names->pdata[i], value);
	}
	return out;
}

json_t *
template_expand(const Template *template, const Turn *turn)
{
	Dice dice = turn->dice;

	return expand(template->part, turn, &dice);
}
