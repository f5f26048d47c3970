/* test-json.c: JSON read strictly, and written to come back alike
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../support/baton-test-generate.h"

#define ROUNDS 1000

static char *
write_record (const BatonRecord *record)
{
  GString *out = g_string_new (NULL);
  BatonJsonWriter writer = { .out = out };

  baton_json_begin_object (&writer);
  baton_json_key (&writer, "record");
  baton_json_begin_object (&writer);
  baton_record_write_json (record, &writer);
  baton_json_end_object (&writer);
  baton_json_key (&writer, "clocks");
  baton_record_write_clocks (record, &writer);
  baton_json_end_object (&writer);
  return g_string_free_and_steal (out);
}

static gboolean
has_members (JsonNode *node)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonNode *record = object != NULL ? json_object_get_member (object, "record") : NULL;
  JsonNode *clocks = object != NULL ? json_object_get_member (object, "clocks") : NULL;

  return record != NULL && clocks != NULL && JSON_NODE_HOLDS_OBJECT (record) &&
         JSON_NODE_HOLDS_OBJECT (clocks);
}

static BatonRecord *
read_record (const char *text, GError **error)
{
  g_autoptr (JsonNode) node = baton_json_parse (text, -1, error);
  JsonObject *object;

  if (node == NULL || !has_members (node))
    return NULL;
  object = json_node_get_object (node);
  return baton_record_from_json (BATON_ENTITY_TASK,
                                 json_object_get_object_member (object, "record"),
                                 json_object_get_object_member (object, "clocks"), error);
}

static char *
write_edit (const BatonEdit *edit)
{
  GString *out = g_string_new (NULL);
  BatonJsonWriter writer = { .out = out };

  baton_edit_write_json (edit, &writer);
  return g_string_free_and_steal (out);
}

static BatonEdit *
read_edit (const char *text, GError **error)
{
  g_autoptr (JsonNode) node = baton_json_parse (text, -1, error);

  return node != NULL ? baton_edit_from_json (node, error) : NULL;
}

static void
test_records_come_back_alike (void)
{
  g_autoptr (GRand) rand = baton_test_rand_new ();
  g_autofree char *id = baton_test_id (1);

  for (int i = 0; i < ROUNDS; i++)
    {
      g_autoptr (BatonRecord) record = baton_test_task (rand, id);
      g_autofree char *text = write_record (record);
      g_autoptr (GError) error = NULL;
      g_autoptr (BatonRecord) back = read_record (text, &error);

      g_assert_no_error (error);
      g_assert_true (baton_record_equal (record, back));
    }
}

static void
test_edits_come_back_alike (void)
{
  g_autoptr (GRand) rand = baton_test_rand_new ();
  g_autofree char *id = baton_test_id (1);

  for (int i = 0; i < ROUNDS; i++)
    {
      g_autoptr (BatonRecord) state = baton_test_task (rand, id);
      BatonClock clock = baton_test_clock (rand);
      g_autoptr (BatonEdit) edit = baton_test_task_edit (rand, id, &clock, state);
      g_autofree char *text = write_edit (edit);
      g_autoptr (GError) error = NULL;
      g_autoptr (BatonEdit) back = read_edit (text, &error);
      g_autofree char *again = NULL;

      g_assert_no_error (error);
      again = write_edit (back);
      g_assert_cmpstr (again, ==, text);
    }
}

static void
test_an_edit_has_the_form_of_the_protocol (void)
{
  static const char text[] =
      "{\"id\":\"017f22e2-79b0-7cc3-98c4-dc0c0c07398f\",\"entity\":\"task\","
      "\"record\":\"017f22e2-79b0-7cc3-98c4-dc0c0c073990\","
      "\"set\":{\"title\":\"Call Ada\",\"tags.work\":true,\"description\":\"new\",\"mood\":{\"x\":[1,2.5]}},"
      "\"clock\":\"0123456789ab-0001-a1b2c3d4e5f6\",\"base\":{\"title\":\"0123456789ab-0000-a1b2c3d4e5f6\"},"
      "\"was\":{\"description\":\"old\"},\"project\":\"017f22e2-79b0-7cc3-98c4-dc0c0c073991\","
      "\"creator\":\"017f22e2-79b0-7cc3-98c4-dc0c0c073992\"}";
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonEdit) edit = read_edit (text, &error);
  g_autofree char *again = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (baton_edit_lookup (edit, "description")->was, ==, "old");
  again = write_edit (edit);
  g_assert_cmpstr (again, ==, text);
}

static void
test_wrong_edits_are_refused_by_name (void)
{
  static const struct
  {
    const char *text, *named;
  } wrong[] = {
    { "[]",                                                                           "object"            },
    { "null",                                                                         "object"            },
    { "{}",                                                                           "id"                },
    { "{\"id\":1,\"entity\":[],\"record\":{},\"clock\":null}",                        "entity"            },
#define HEAD \
  "{\"id\":\"017f22e2-79b0-7cc3-98c4-dc0c0c07398f\",\"entity\":\"task\",\"record\":\"017f22e2-79b0-7cc3-98c4-dc0c0c073990\","
#define CLOCK "\"clock\":\"0123456789ab-0001-a1b2c3d4e5f6\""
    { HEAD "\"set\":{\"title\":\"a\"},\"clock\":\"now\"}",                            "clock"             },
    { HEAD "\"set\":{\"title\":\"a\"},\"clock\":\"000000000000-0000-000000000000\"}", "clock"             },
    { HEAD CLOCK "}",                                                                 "set"               },
    { HEAD CLOCK ",\"set\":{}}",                                                      "set"               },
    { HEAD CLOCK ",\"set\":[]}",                                                      "set"               },
    { HEAD CLOCK ",\"set\":{\"title\":5}}",                                           "title"             },
    { HEAD CLOCK ",\"set\":{\"title\":{}}}",                                          "title"             },
    { HEAD CLOCK ",\"set\":{\"tags\":[\"a\"]}}",                                      "tags"              },
    { HEAD CLOCK ",\"set\":{\"tags.a\":null}}",                                       "tags.a"            },
    { HEAD CLOCK ",\"set\":{\"tags.\":true}}",                                        "tags."             },
    { HEAD CLOCK ",\"set\":{\"estimated_minutes\":1.5}}",                             "estimated_minutes" },
    { HEAD CLOCK ",\"set\":{\"deleted\":1}}",                                         "deleted"           },
    { HEAD CLOCK ",\"set\":{\"id\":\"x\"}}",                                          "id"                },
    { HEAD CLOCK ",\"set\":{\"a\\tb\":1}}",                                           "b"                 },
    { HEAD CLOCK ",\"set\":{\"title\":\"a\"},\"base\":3}",                            "base"              },
    { HEAD CLOCK ",\"set\":{\"title\":\"a\"},\"base\":{\"title\":3}}",                "title"             },
    { HEAD CLOCK ",\"set\":{\"title\":\"a\"},\"was\":{\"title\":3}}",                 "title"             },
    { HEAD CLOCK ",\"set\":{\"title\":\"a\"},\"project\":\"x\"}",                     "project"           },
    { HEAD CLOCK ",\"set\":{\"title\":\"a\"},\"creator\":{}}",                        "creator"           },
#undef HEAD
#undef CLOCK
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (BatonEdit) edit = read_edit (wrong[i].text, &error);

      g_assert_null (edit);
      g_assert_nonnull (error);
      g_assert_true (error->domain == BATON_ERROR);
      if (strstr (error->message, wrong[i].named) == NULL)
        g_error ("%s: %s", wrong[i].text, error->message);
    }
}

static void
test_an_edit_of_too_many_fields_is_refused (void)
{
  g_autoptr (GString)
      text = g_string_new ("{\"id\":\"017f22e2-79b0-7cc3-98c4-dc0c0c07398f\",\"entity\":\"task\","
                           "\"record\":\"017f22e2-79b0-7cc3-98c4-dc0c0c073990\","
                           "\"clock\":\"0123456789ab-0001-a1b2c3d4e5f6\",\"set\":{");
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonEdit) edit = NULL;

  for (guint i = 0; i < 501; i++)
    g_string_append_printf (text, "%s\"f%u\":[]", i > 0 ? "," : "", i);
  g_string_append (text, "}}");
  edit = read_edit (text->str, &error);

  g_assert_null (edit);
  g_assert_error (error, BATON_ERROR, BATON_ERROR_VALIDATION);
}

/* A set of a newer version: this one keeps what it is told of each element, and says it again */
static void
test_sets_of_a_newer_version_are_kept (void)
{
  static const char text[] =
      "{\"record\":{\"id\":\"017f22e2-79b0-7cc3-98c4-dc0c0c07398f\",\"labels\":[\"x\"],\"never\":1},"
      "\"clocks\":{\"labels.x\":\"0123456789ab-0001-a1b2c3d4e5f6\",\"labels.y\":\"0123456789ab-0001-a1b2c3d4e5f6\"}}";
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonRecord) record = read_record (text, &error);
  g_autoptr (BatonRecord) back = NULL;
  g_autofree char *again = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (baton_record_get (record, "labels.x")->text, ==, "true");
  g_assert_cmpstr (baton_record_get (record, "labels.y")->text, ==, "false");
  g_assert_cmpint (baton_record_get (record, "never")->kind, ==, BATON_VALUE_NULL);
  again = write_record (record);
  back = read_record (again, &error);
  g_assert_no_error (error);
  g_assert_true (baton_record_equal (record, back));
}

static void
test_wrong_records_are_refused (void)
{
#define ID    "\"id\":\"017f22e2-79b0-7cc3-98c4-dc0c0c07398f\""
#define CLOCK "\"0123456789ab-0001-a1b2c3d4e5f6\""
  static const char *const wrong[] = {
    "{\"record\":{},\"clocks\":{}}",
    "{\"record\":{\"id\":7},\"clocks\":{}}",
    "{\"record\":{" ID "},\"clocks\":{\"title\":" CLOCK "}}",
    "{\"record\":{" ID ",\"title\":\"a\"},\"clocks\":{\"title\":\"x\"}}",
    "{\"record\":{" ID ",\"title\":\"a\"},\"clocks\":{\"title\":null}}",
    "{\"record\":{" ID ",\"title\":[]},\"clocks\":{\"title\":" CLOCK "}}",
    "{\"record\":{" ID ",\"tags\":[]},\"clocks\":{\"tags\":" CLOCK "}}",
    "{\"record\":{" ID ",\"tags\":[\"\"]},\"clocks\":{\"tags.\":" CLOCK "}}",
    "{\"record\":{" ID ",\"a\\nb\":1},\"clocks\":{\"a\\nb\":" CLOCK "}}",
  };
#undef ID
#undef CLOCK

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (BatonRecord) record = read_record (wrong[i], &error);

      g_assert_null (record);
      g_assert_nonnull (error);
    }
}

static void
assert_parse (const char *text, gssize length, gboolean right)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = baton_json_parse (text, length, &error);

  if ((node != NULL) != right)
    g_error ("%s was %s", text, right ? "refused" : "taken");
  if (!right)
    g_assert_error (error, BATON_ERROR, BATON_ERROR_INVALID);
}

static void
test_only_json_is_taken (void)
{
  static const char *const wrong[] = {
    "",
    " ",
    "[1,2,]",
    "{\"a\":1,}",
    "// c\n1",
    "/**/1",
    "'a'",
    "{a:1}",
    "01",
    "1.",
    "+1",
    "0x10",
    "NaN",
    "Infinity",
    "1 2",
    "[1] 2",
    "nul",
    "\"\\x\"",
    "\"\n\"",
    "\"\\ud800\"",
    "\"a",
    "[",
    "{\"a\"",
    "\"\\u0000\"",
    "\"\xff\"",
    "\"\xc0\x80\"",
    "{\"\\u0000\":1}",
    "1e400",
    "-1e400",
    "9223372036854775808",
    "-9223372036854775809",
    "123456789012345678901234567890",
    "[1,18446744073709551616]",
    "\"\\",
    "\"\\u00",
    "-",
    "1e",
    "var x = 1",
    "\"\xed\xa0\x80\"",
  };
  static const char *const right[] = {
    "null", " 1 ", "\"\\\\u0000\"",      "9223372036854775807", "-9223372036854775808", "1e300",
    "-0",   "0.1", "\"\\ud83d\\ude00\"", "{\"a\":[],\"b\":{}}", "\"\\\"[[[[\"",         "\"é\"",
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    assert_parse (wrong[i], -1, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (right); i++)
    assert_parse (right[i], -1, TRUE);
  assert_parse ("1\0002", 3, FALSE);
  assert_parse ("\"a\0b\"", 5, FALSE);
  assert_parse ("[1]x", 3, TRUE);
}

static void
test_nesting_has_an_end (void)
{
  static const int depths[] = { 1, 64, 65, 1000, 100000, 1000000 };

  for (guint i = 0; i < G_N_ELEMENTS (depths); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autofree char *open = g_strnfill ((gsize) depths[i], '[');
      g_autofree char *close = g_strnfill ((gsize) depths[i], ']');

      assert_parse (open, -1, FALSE);
      g_string_append (text, open);
      g_string_append (text, close);
      assert_parse (text->str, -1, depths[i] <= 64);
    }
}

static void
test_the_last_of_two_members_counts (void)
{
  g_autoptr (JsonNode) node = baton_json_parse ("{\"a\":1,\"a\":2}", -1, NULL);

  g_assert_cmpint (json_object_get_int_member (json_node_get_object (node), "a"), ==, 2);
}

static void
spoil (GRand *rand, char *text)
{
  static const char bytes[] = "{}[]\",:\\0179eE+-.tfnu \n\xff\xc3";
  guint length = (guint) strlen (text);

  for (guint n = 1 + baton_test_pick (rand, 3); n > 0; n--)
    text[baton_test_pick (rand, length)] = bytes[baton_test_pick (rand, sizeof bytes - 1)];
  if (baton_test_pick (rand, 10) == 0)
    text[baton_test_pick (rand, length)] = '\0';
}

/* Valid text with some bytes changed: whatever comes of it, nothing crashes, and there is an error or an edit */
static void
test_spoilt_edits_are_never_fatal (void)
{
  g_autoptr (GRand) rand = baton_test_rand_new ();
  g_autofree char *id = baton_test_id (1);
  guint n_taken = 0;

  for (int i = 0; i < ROUNDS * 5; i++)
    {
      BatonClock clock = baton_test_clock (rand);
      g_autoptr (BatonEdit) edit = baton_test_task_edit (rand, id, &clock, NULL);
      g_autoptr (GPtrArray) problems = baton_problems_new ();
      g_autofree char *text = write_edit (edit);
      g_autoptr (GError) error = NULL;
      g_autoptr (BatonEdit) back = NULL;

      spoil (rand, text);
      back = read_edit (text, &error);
      g_assert_true ((back != NULL) == (error == NULL));
      if (back == NULL)
        continue;
      baton_edit_validate (back, NULL, TRUE, problems);
      n_taken++;
    }
  g_assert_cmpuint (n_taken, >, 0);
}

static void
test_spoilt_records_are_never_fatal (void)
{
  g_autoptr (GRand) rand = baton_test_rand_new ();
  g_autofree char *id = baton_test_id (1);

  for (int i = 0; i < ROUNDS * 5; i++)
    {
      g_autoptr (BatonRecord) record = baton_test_task (rand, id);
      g_autofree char *text = write_record (record);
      g_autoptr (GError) error = NULL;
      g_autoptr (BatonRecord) back = NULL;

      spoil (rand, text);
      back = read_record (text, &error);
      g_assert_true (back == NULL || error == NULL);
    }
}

static void
test_noise_is_never_fatal (void)
{
  g_autoptr (GRand) rand = baton_test_rand_new ();

  for (int i = 0; i < ROUNDS * 5; i++)
    {
      char noise[64];
      gssize length = g_rand_int_range (rand, 0, sizeof noise);
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = NULL;

      for (gssize j = 0; j < length; j++)
        noise[j] = i % 2 == 0 ? (char) g_rand_int (rand)
                              : "{}[]\",:\\u0 1-e."[baton_test_pick (rand, 16)];
      node = baton_json_parse (noise, length, &error);
      g_assert_true ((node != NULL) == (error == NULL));
    }
}

static void
test_texts_are_escaped_as_json_wants (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  BatonJsonWriter writer = { .out = out };
  g_autoptr (JsonNode) node = NULL;
  char all[256];

  for (int i = 0; i < 127; i++)
    all[i] = (char) (i + 1);
  g_strlcpy (all + 127, "é😀\u2028", sizeof all - 127);
  baton_json_text (&writer, all);
  node = baton_json_parse (out->str, (gssize) out->len, NULL);
  g_assert_cmpstr (baton_json_get_text (node), ==, all);
}

static void
test_the_writer_sets_commas (void)
{
  g_autoptr (GString) out = g_string_new (NULL);
  BatonJsonWriter writer = { .out = out };

  baton_json_begin_object (&writer);
  baton_json_member_text (&writer, "a", "x\"");
  baton_json_member_text (&writer, "n", NULL);
  baton_json_key (&writer, "l");
  baton_json_begin_array (&writer);
  baton_json_int (&writer, G_MININT64);
  baton_json_int (&writer, 0);
  baton_json_null (&writer);
  baton_json_begin_object (&writer);
  baton_json_end_object (&writer);
  baton_json_raw (&writer, "[1]");
  baton_json_end_array (&writer);
  baton_json_member_bool (&writer, "b", TRUE);
  baton_json_member_int (&writer, "i", G_MAXINT64);
  baton_json_end_object (&writer);
  g_assert_cmpstr (out->str, ==,
                   "{\"a\":\"x\\\"\",\"n\":null,\"l\":[-9223372036854775808,0,null,{},[1]],"
                   "\"b\":true,\"i\":9223372036854775807}");
}

static void
test_times_come_back_alike (void)
{
  g_autoptr (GRand) rand = baton_test_rand_new ();

  for (int i = 0; i < ROUNDS * 10; i++)
    {
      gint64 span = BATON_CLOCK_MAX_MS + G_GINT64_CONSTANT (62135596800000), back;
      gint64 ms = (gint64) (g_rand_double (rand) * (double) span) -
                  G_GINT64_CONSTANT (62135596800000);
      g_autofree char *text = baton_time_format (ms);
      g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc_usec (ms * 1000);
      g_autofree char *wanted = g_strdup_printf (
          "%04d-%02d-%02dT%02d:%02d:%02d.", g_date_time_get_year (time),
          g_date_time_get_month (time), g_date_time_get_day_of_month (time),
          g_date_time_get_hour (time), g_date_time_get_minute (time),
          g_date_time_get_second (time));

      g_assert_true (g_str_has_prefix (text, wanted));
      g_assert_true (baton_time_parse (text, &back));
      g_assert_cmpint (back, ==, ms);
    }
}

static void
test_times_of_other_forms (void)
{
  static const struct
  {
    const char *text, *same;
  } right[] = {
    { "2026-11-20T09:30:00Z",           "2026-11-20T09:30:00.000Z" },
    { "2026-11-20T09:30:00.5Z",         "2026-11-20T09:30:00.500Z" },
    { "2026-11-20T09:30:00.123456789Z", "2026-11-20T09:30:00.123Z" },
    { "2026-11-20t10:30:00.000+01:00",  "2026-11-20T09:30:00.000Z" },
    { "2026-11-20T00:30:00-09:00",      "2026-11-20T09:30:00.000Z" },
    { "1969-12-31T23:59:59.999Z",       "1969-12-31T23:59:59.999Z" },
    { "2016-12-31T23:59:60Z",           "2016-12-31T23:59:59.999Z" },
    { "0001-01-01T00:00:00Z",           "0001-01-01T00:00:00.000Z" },
  };
  static const char *const wrong[] = {
    "",
    "2026-11-20",
    "2026-11-20T09:30Z",
    "2026-11-20T09:30:00",
    "2026-11-20 09:30:00Z",
    "2026-11-20T09:30:00.Z",
    "2026-02-29T00:00:00Z",
    "2026-11-31T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-11-20T24:00:00Z",
    "2026-11-20T09:60:00Z",
    "2026-11-20T09:30:61Z",
    "0000-01-01T00:00:00Z",
    "2026-11-20T09:30:00+1:00",
    "2026-11-20T09:30:00+24:00",
    "2026-11-20T09:30:00Zx",
    "0001-01-01T00:00:00+01:00",
    "9999-12-31T23:59:59-01:00",
  };
  gint64 ms = 7;

  for (guint i = 0; i < G_N_ELEMENTS (right); i++)
    {
      g_autofree char *again = NULL;

      g_assert_true (baton_time_parse (right[i].text, &ms));
      again = baton_time_format (ms);
      g_assert_cmpstr (again, ==, right[i].same);
    }
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      if (baton_time_parse (wrong[i], &ms))
        g_error ("%s was taken", wrong[i]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/json/records-come-back-alike", test_records_come_back_alike);
  g_test_add_func ("/core/json/edits-come-back-alike", test_edits_come_back_alike);
  g_test_add_func ("/core/json/an-edit-has-the-form-of-the-protocol",
                   test_an_edit_has_the_form_of_the_protocol);
  g_test_add_func ("/core/json/wrong-edits-are-refused-by-name",
                   test_wrong_edits_are_refused_by_name);
  g_test_add_func ("/core/json/an-edit-of-too-many-fields-is-refused",
                   test_an_edit_of_too_many_fields_is_refused);
  g_test_add_func ("/core/json/sets-of-a-newer-version-are-kept",
                   test_sets_of_a_newer_version_are_kept);
  g_test_add_func ("/core/json/wrong-records-are-refused", test_wrong_records_are_refused);
  g_test_add_func ("/core/json/only-json-is-taken", test_only_json_is_taken);
  g_test_add_func ("/core/json/nesting-has-an-end", test_nesting_has_an_end);
  g_test_add_func ("/core/json/the-last-of-two-members-counts",
                   test_the_last_of_two_members_counts);
  g_test_add_func ("/core/json/spoilt-edits-are-never-fatal", test_spoilt_edits_are_never_fatal);
  g_test_add_func ("/core/json/spoilt-records-are-never-fatal",
                   test_spoilt_records_are_never_fatal);
  g_test_add_func ("/core/json/noise-is-never-fatal", test_noise_is_never_fatal);
  g_test_add_func ("/core/json/texts-are-escaped-as-json-wants",
                   test_texts_are_escaped_as_json_wants);
  g_test_add_func ("/core/json/the-writer-sets-commas", test_the_writer_sets_commas);
  g_test_add_func ("/core/json/times-come-back-alike", test_times_come_back_alike);
  g_test_add_func ("/core/json/times-of-other-forms", test_times_of_other_forms);
  return g_test_run ();
}
