/* baton-server-openapi-schemas.c: what bodies and answers look like
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-server"

#include "baton-server-openapi-schemas.h"

#include <string.h>

/* A member that has to be there ends in `!`; its type is that of JSON, or the name of another schema */
typedef struct
{
  const char *schema;
  const char *member;
  const char *type;
} Member;

static const Member members[] = {
  { "Registration", "email!",            "string"      },
  { "Registration", "password!",         "string"      },
  { "Registration", "first_name!",       "string"      },
  { "Registration", "last_name!",        "string"      },
  { "Registration", "device_name",       "string"      },
  { "Login",        "email!",            "string"      },
  { "Login",        "password!",         "string"      },
  { "Login",        "device_name",       "string"      },
  { "RefreshToken", "refresh_token!",    "string"      },
  { "SignedIn",     "user!",             "User"        },
  { "SignedIn",     "access_token!",     "string"      },
  { "SignedIn",     "refresh_token!",    "string"      },
  { "SignedIn",     "expires_in!",       "integer"     },
  { "User",         "id!",               "string"      },
  { "User",         "email!",            "string"      },
  { "User",         "first_name!",       "string"      },
  { "User",         "last_name!",        "string"      },
  { "User",         "role!",             "string"      },
  { "User",         "is_active!",        "boolean"     },
  { "User",         "created_at!",       "string"      },
  { "Profile",      "first_name",        "string"      },
  { "Profile",      "last_name",         "string"      },
  { "NewPassword",  "current_password!", "string"      },
  { "NewPassword",  "new_password!",     "string"      },
  { "Leaving",      "password!",         "string"      },
  { "Rights",       "role",              "string"      },
  { "Rights",       "is_active",         "boolean"     },
  { "Member",       "user_id!",          "string"      },
  { "Member",       "email!",            "string"      },
  { "Member",       "first_name!",       "string"      },
  { "Member",       "last_name!",        "string"      },
  { "Member",       "role!",             "string"      },
  { "Member",       "joined_at!",        "string"      },
  { "NewMember",    "email!",            "string"      },
  { "NewMember",    "role",              "string"      },
  { "MemberRole",   "role!",             "string"      },
  { "Session",      "id!",               "string"      },
  { "Session",      "device_name",       "string"      },
  { "Session",      "created_at!",       "string"      },
  { "Session",      "last_used_at!",     "string"      },
  { "Session",      "current!",          "boolean"     },
  { "Health",       "status!",           "string"      },
  { "Completed",    "task!",             "Task"        },
  { "Completed",    "next",              "Task"        },
  { "Problem",      "field!",            "string"      },
  { "Problem",      "message!",          "string"      },
  { "Error",        "code!",             "string"      },
  { "Error",        "message!",          "string"      },
  { "Error",        "details!",          "Problem[]"   },
  { "SyncRequest",  "device_id!",        "string"      },
  { "SyncRequest",  "cursor!",           "object"      },
  { "SyncRequest",  "head",              "object"      },
  { "SyncRequest",  "limit",             "integer"     },
  { "SyncRequest",  "edits!",            "Edit[]"      },
  { "Edit",         "id!",               "string"      },
  { "Edit",         "entity!",           "string"      },
  { "Edit",         "record!",           "string"      },
  { "Edit",         "set!",              "object"      },
  { "Edit",         "clock!",            "string"      },
  { "Edit",         "base",              "object"      },
  { "Edit",         "was",               "object"      },
  { "Edit",         "project",           "string"      },
  { "Edit",         "creator",           "string"      },
  { "Result",       "id!",               "string"      },
  { "Result",       "status!",           "string"      },
  { "Result",       "clock",             "string"      },
  { "Result",       "code",              "string"      },
  { "Result",       "message",           "string"      },
  { "Change",       "scope!",            "string"      },
  { "Change",       "place!",            "string"      },
  { "Change",       "after",             "string"      },
  { "Change",       "entity",            "string"      },
  { "Change",       "record",            "object"      },
  { "Change",       "clocks",            "object"      },
  { "Change",       "conflicts",         "Conflict[]"  },
  { "Conflict",     "field!",            "string"      },
  { "Conflict",     "clock!",            "string"      },
  { "Conflict",     "winner!",           "string"      },
  { "SyncAnswer",   "results!",          "Result[]"    },
  { "SyncAnswer",   "changes!",          "Change[]"    },
  { "SyncAnswer",   "cursor!",           "object"      },
  { "SyncAnswer",   "head",              "object"      },
  { "SyncAnswer",   "more!",             "boolean"     },
  { "SyncAnswer",   "server_time!",      "string"      },
  { "SyncAnswer",   "server_id!",        "string"      },
  { "Bulk",         "operations!",       "Operation[]" },
  { "Operation",    "op!",               "string"      },
  { "Operation",    "id",                "string"      },
  { "Operation",    "data",              "Task"        },
  { "BulkResult",   "status!",           "integer"     },
  { "BulkResult",   "result!",           "object"      },
  { "HistoryEntry", "field!",            "string"      },
  { "HistoryEntry", "won!",              "boolean"     },
  { "HistoryEntry", "conflict!",         "boolean"     },
  { "HistoryEntry", "old_clock!",        "string"      },
  { "HistoryEntry", "clock!",            "string"      },
  { "HistoryEntry", "device_id!",        "string"      },
  { "HistoryEntry", "user!",             "object"      },
  { "HistoryEntry", "at!",               "string"      },
};

static void
write_json_type (BatonJsonWriter *writer, const char *type, gboolean nullable)
{
  if (!nullable)
    {
      baton_json_member_text (writer, "type", type);
      return;
    }
  baton_json_key (writer, "type");
  baton_json_begin_array (writer);
  baton_json_text (writer, type);
  baton_json_text (writer, "null");
  baton_json_end_array (writer);
}

static void
write_type (BatonJsonWriter *writer, const char *type, gboolean nullable)
{
  if (g_ascii_isupper (*type))
    {
      baton_server_openapi_write_reference (writer, type);
      return;
    }
  baton_json_begin_object (writer);
  write_json_type (writer, type, nullable);
  baton_json_end_object (writer);
}

/* From the first member of a schema to its last; gives the next */
static const Member *
write_members (BatonJsonWriter *writer, const Member *first, const Member *end)
{
  const Member *member;

  baton_json_key (writer, first->schema);
  baton_json_begin_object (writer);
  baton_json_member_text (writer, "type", "object");
  baton_json_key (writer, "properties");
  baton_json_begin_object (writer);
  for (member = first; member < end && g_str_equal (member->schema, first->schema); member++)
    {
      g_autofree char *name = g_strdelimit (g_strdup (member->member), "!", '\0');

      baton_json_key (writer, name);
      write_type (writer, member->type, !g_str_has_suffix (member->member, "!"));
    }
  baton_json_end_object (writer);
  baton_json_key (writer, "required");
  baton_json_begin_array (writer);
  for (const Member *required = first; required < member; required++)
    if (g_str_has_suffix (required->member, "!"))
      {
        g_autofree char *name = g_strndup (required->member, strlen (required->member) - 1);

        baton_json_text (writer, name);
      }
  baton_json_end_array (writer);
  baton_json_end_object (writer);
  return member;
}

static const char *
get_json_type (const BatonField *field)
{
  switch (field->type)
    {
    case BATON_FIELD_BOOL:
      return "boolean";
    case BATON_FIELD_INT:
      return "integer";
    case BATON_FIELD_SET:
      return "array";
    default:
      return "string";
    }
}

static const char *
get_format (const BatonField *field)
{
  switch (field->type)
    {
    case BATON_FIELD_ID:
      return "uuid";
    case BATON_FIELD_TIME:
      return "date-time";
    default:
      return NULL;
    }
}

static void
write_limits (BatonJsonWriter *writer, const BatonField *field)
{
  switch (field->type)
    {
    case BATON_FIELD_TEXT:
    case BATON_FIELD_NOTES:
      baton_json_member_int (writer, "minLength", field->min);
      baton_json_member_int (writer, "maxLength", field->max);
      break;
    case BATON_FIELD_INT:
      baton_json_member_int (writer, "minimum", field->min);
      baton_json_member_int (writer, "maximum", field->max);
      break;
    case BATON_FIELD_COLOR:
      baton_json_member_text (writer, "pattern", "^#[0-9a-fA-F]{6}$");
      break;
    case BATON_FIELD_SET:
      baton_json_member_int (writer, "maxItems", field->most);
      baton_json_key (writer, "items");
      baton_json_begin_object (writer);
      baton_json_member_text (writer, "type", "string");
      baton_json_member_int (writer, "minLength", field->min);
      baton_json_member_int (writer, "maxLength", field->max);
      baton_json_end_object (writer);
      break;
    case BATON_FIELD_CHOICE:
      baton_json_key (writer, "enum");
      baton_json_begin_array (writer);
      for (guint i = 0; field->choices[i]; i++)
        baton_json_text (writer, field->choices[i]);
      baton_json_end_array (writer);
      break;
    default:
      break;
    }
}

static gboolean
may_be_null (const BatonField *field)
{
  return (field->flags & BATON_FIELD_REQUIRED) == 0 && field->type != BATON_FIELD_SET &&
         field->type != BATON_FIELD_BOOL;
}

static void
write_field (BatonJsonWriter *writer, const BatonField *field)
{
  const char *format = get_format (field);

  baton_json_key (writer, field->name);
  baton_json_begin_object (writer);
  write_json_type (writer, get_json_type (field), may_be_null (field));
  if (format)
    baton_json_member_text (writer, "format", format);
  write_limits (writer, field);
  if (field->fallback && field->type != BATON_FIELD_BOOL && field->type != BATON_FIELD_INT)
    baton_json_member_text (writer, "default", field->fallback);
  if (field->flags & BATON_FIELD_SERVER)
    baton_json_member_bool (writer, "readOnly", TRUE);
  baton_json_end_object (writer);
}

/* What every record has beside its fields; an id may be given when one is made */
static void
write_around (BatonJsonWriter *writer)
{
  static const struct
  {
    const char *name;
    const char *type;
    const char *format;
    gboolean read_only;
    gboolean nullable;
  } around[] = {
    { "id",         "string",  "uuid",      FALSE, FALSE },
    { "version",    "integer", NULL,        TRUE,  FALSE },
    { "updated_at", "string",  "date-time", TRUE,  FALSE },
    { "deleted_at", "string",  "date-time", TRUE,  TRUE  },
  };

  for (guint i = 0; i < G_N_ELEMENTS (around); i++)
    {
      baton_json_key (writer, around[i].name);
      baton_json_begin_object (writer);
      write_json_type (writer, around[i].type, around[i].nullable);
      if (around[i].format)
        baton_json_member_text (writer, "format", around[i].format);
      if (around[i].read_only)
        baton_json_member_bool (writer, "readOnly", TRUE);
      baton_json_end_object (writer);
    }
}

static void
write_record (BatonJsonWriter *writer, BatonEntity entity)
{
  g_autofree char *name = g_strdup (baton_entity_get_name (entity));
  guint n_fields;
  const BatonField *fields = baton_schema_get_fields (entity, &n_fields);

  name[0] = g_ascii_toupper (name[0]);
  baton_json_key (writer, name);
  baton_json_begin_object (writer);
  baton_json_member_text (writer, "type", "object");
  baton_json_key (writer, "properties");
  baton_json_begin_object (writer);
  write_around (writer);
  for (guint i = 0; i < n_fields; i++)
    write_field (writer, &fields[i]);
  baton_json_end_object (writer);
  baton_json_key (writer, "required");
  baton_json_begin_array (writer);
  for (guint i = 0; i < n_fields; i++)
    if (fields[i].flags & BATON_FIELD_REQUIRED)
      baton_json_text (writer, fields[i].name);
  baton_json_end_array (writer);
  baton_json_end_object (writer);
}

void
baton_server_openapi_write_schemas (BatonJsonWriter *writer)
{
  const Member *end = members + G_N_ELEMENTS (members);
  const Member *member = members;

  baton_json_begin_object (writer);
  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    write_record (writer, i);
  while (member < end)
    member = write_members (writer, member, end);
  baton_json_end_object (writer);
}

void
baton_server_openapi_write_reference (BatonJsonWriter *writer, const char *name)
{
  gboolean list = g_str_has_suffix (name, "[]");
  g_autofree char *one = g_strndup (name, strlen (name) - (list ? 2 : 0));
  g_autofree char *reference = g_strconcat ("#/components/schemas/", one, NULL);

  baton_json_begin_object (writer);
  if (list)
    {
      baton_json_member_text (writer, "type", "array");
      baton_json_key (writer, "items");
      baton_json_begin_object (writer);
    }
  baton_json_member_text (writer, "$ref", reference);
  if (list)
    baton_json_end_object (writer);
  baton_json_end_object (writer);
}
