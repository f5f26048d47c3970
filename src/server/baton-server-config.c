/* baton-server-config.c: the settings in force
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-config.h"

#include <string.h>

#define GROUP "server"

typedef enum
{
  SETTING_TEXT,
  SETTING_ADDRESS,
  SETTING_NETWORKS,
  SETTING_INT,
  SETTING_BOOL,
} SettingType;

typedef struct
{
  const char *name;
  SettingType type;
  const char *fallback; /* nullable */
  gboolean required;
  gboolean secret;
  gint64 min;
  gint64 max;
} Setting;

static const Setting settings[] = {
  { .name = "data-dir", .type = SETTING_TEXT, .required = TRUE, .min = 1 },
  { .name = "listen", .type = SETTING_ADDRESS, .fallback = "127.0.0.1:8750" },
  /* In place of the key that is made and kept beside the database */
  { .name = "token-secret", .type = SETTING_TEXT, .secret = TRUE, .min = 32 },
  /* Whose X-Forwarded-For is believed: addresses and networks (10.0.0.0/8), with commas between */
  { .name = "trusted-proxy", .type = SETTING_NETWORKS },
  { .name = "access-token-minutes", .type = SETTING_INT, .fallback = "15", .min = 1, .max = 1440 },
  { .name = "refresh-token-days", .type = SETTING_INT, .fallback = "7", .min = 1, .max = 365 },
  { .name = "keep-deleted-days", .type = SETTING_INT, .fallback = "90", .min = 1, .max = 36500 },
};

struct _BatonServerConfig
{
  char *values[G_N_ELEMENTS (settings)];
};

static int
find_setting (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    if (strcmp (settings[i].name, name) == 0)
      return (int) i;
  return -1;
}

static char *
dup_variable (const char *name)
{
  g_autofree char *upper = g_ascii_strup (name, -1);

  g_strdelimit (upper, "-", '_');
  return g_strconcat ("BATON_", upper, NULL);
}

static gboolean
refuse (const char *name, const char *what, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "The setting \"%s\" %s.", name,
               what);
  return FALSE;
}

static gboolean
refuse_number (const Setting *setting, GError **error)
{
  g_autofree char *what = g_strdup_printf ("must be a whole number from %" G_GINT64_FORMAT
                                           " to %" G_GINT64_FORMAT,
                                           setting->min, setting->max);

  return refuse (setting->name, what, error);
}

static gboolean
address_is_valid (const char *text)
{
  g_autoptr (GSocketConnectable) address = NULL;

  if (g_str_has_prefix (text, "/") || strrchr (text, ':') == NULL)
    return FALSE;
  address = g_network_address_parse (text, 0, NULL);
  return address &&
         g_hostname_is_ip_address (g_network_address_get_hostname (G_NETWORK_ADDRESS (address)));
}

static gboolean
networks_are_valid (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);

  for (guint i = 0; parts[i]; i++)
    {
      g_autoptr (GInetAddressMask)
          mask = g_inet_address_mask_new_from_string (g_strstrip (parts[i]), NULL);

      if (mask == NULL)
        return FALSE;
    }
  return *parts != NULL;
}

static gboolean
check_value (const Setting *setting, const char *value, GError **error)
{
  if (value == NULL)
    return !setting->required || refuse (setting->name, "is missing", error);
  switch (setting->type)
    {
    case SETTING_TEXT:
      return (gint64) strlen (value) >= setting->min ||
             refuse (setting->name, setting->min == 1 ? "is empty" : "is too short", error);
    case SETTING_ADDRESS:
      return address_is_valid (value) || refuse (setting->name, "must be ADDRESS:PORT", error);
    case SETTING_NETWORKS:
      return networks_are_valid (value) ||
             refuse (setting->name, "must be addresses or networks, with commas between", error);
    case SETTING_INT:
      return g_ascii_string_to_signed (value, 10, setting->min, setting->max, NULL, NULL) ||
             refuse_number (setting, error);
    case SETTING_BOOL:
      return strcmp (value, "true") == 0 || strcmp (value, "false") == 0 ||
             refuse (setting->name, "must be true or false", error);
    default:
      g_assert_not_reached ();
    }
}

/* Files with a key or group that means nothing are refused: it is most likely misspelt */
static gboolean
check_names (GKeyFile *key_file, GError **error)
{
  g_auto (GStrv) groups = g_key_file_get_groups (key_file, NULL);
  g_auto (GStrv) keys = NULL;

  for (guint i = 0; groups[i]; i++)
    if (strcmp (groups[i], GROUP) != 0)
      return refuse (groups[i], "is no group; there is only [server]", error);
  keys = g_key_file_get_keys (key_file, GROUP, NULL, NULL);
  for (guint i = 0; keys && keys[i]; i++)
    if (find_setting (keys[i]) < 0)
      return refuse (keys[i], "is not known", error);
  return TRUE;
}

static char *
dup_value (const Setting *setting, GKeyFile *key_file, GHashTable *options)
{
  g_autofree char *variable = dup_variable (setting->name);
  const char *value = options ? g_hash_table_lookup (options, setting->name) : NULL;

  if (value == NULL)
    value = g_getenv (variable);
  if (value == NULL && g_key_file_has_key (key_file, GROUP, setting->name, NULL))
    return g_key_file_get_string (key_file, GROUP, setting->name, NULL);
  return g_strdup (value ? value : setting->fallback);
}

BatonServerConfig *
baton_server_config_new (const char *file, GHashTable *options, GError **error)
{
  g_autoptr (BatonServerConfig) config = g_new0 (BatonServerConfig, 1);
  g_autoptr (GKeyFile) key_file = g_key_file_new ();

  if (file && !g_key_file_load_from_file (key_file, file, G_KEY_FILE_NONE, error))
    {
      g_prefix_error (error, "%s: ", file);
      return NULL;
    }
  if (!check_names (key_file, error))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      config->values[i] = dup_value (&settings[i], key_file, options);
      if (!check_value (&settings[i], config->values[i], error))
        return NULL;
    }
  return g_steal_pointer (&config);
}

void
baton_server_config_free (BatonServerConfig *config)
{
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    g_free (config->values[i]);
  g_free (config);
}

const char *
baton_server_config_get (BatonServerConfig *config, const char *name)
{
  int i = find_setting (name);

  g_return_val_if_fail (i >= 0, NULL);
  return config->values[i];
}

gint64
baton_server_config_get_int (BatonServerConfig *config, const char *name)
{
  const char *value = baton_server_config_get (config, name);

  return value ? g_ascii_strtoll (value, NULL, 10) : 0;
}

gboolean
baton_server_config_is_trusted (BatonServerConfig *config, GInetAddress *address)
{
  const char *text = baton_server_config_get (config, "trusted-proxy");
  g_auto (GStrv) parts = g_strsplit (text ? text : "", ",", -1);
  gboolean trusted = FALSE;

  for (guint i = 0; parts[i] && !trusted; i++)
    {
      g_autoptr (GInetAddressMask)
          mask = g_inet_address_mask_new_from_string (g_strstrip (parts[i]), NULL);

      trusted = mask && g_inet_address_mask_matches (mask, address);
    }
  return trusted;
}

char *
baton_server_config_dup_text (BatonServerConfig *config)
{
  GString *text = g_string_new ("[" GROUP "]\n");

  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    if (config->values[i])
      g_string_append_printf (text, "%s=%s\n", settings[i].name,
                              settings[i].secret ? "(hidden)" : config->values[i]);
  return g_string_free_and_steal (text);
}
