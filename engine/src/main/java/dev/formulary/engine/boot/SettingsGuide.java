package dev.formulary.engine.boot;

import dev.formulary.spi.Setting;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// What can be set for each kind of provider, as the plug-ins declare it, so that no guide can be out of date.
final class SettingsGuide {
    private SettingsGuide() {}

    /// By kind: what the plug-ins that are loaded declare.
    static Map<String, List<Map<String, Object>>> document(Map<String, List<Setting>> declared) {
        Map<String, List<Map<String, Object>>> document = new TreeMap<>();
        declared.forEach((kind, settings) -> document.put(kind, settings.stream().map(SettingsGuide::shown).toList()));
        return document;
    }

    private static Map<String, Object> shown(Setting setting) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("name", setting.name());
        shown.put("value", value(setting));
        shown.put("required", setting.required());
        shown.put("default", setting.fallback());
        shown.put("meaning", setting.meaning());
        return shown;
    }

    /// What a value may be, in words.
    static String value(Setting setting) {
        return switch (setting.type()) {
            case TEXT -> "text";
            case URL -> "address";
            case SECRET -> "secret, as ${NAME}";
            case NUMBER -> "number" + range(setting);
            case WHOLE -> "whole number" + range(setting);
            case FLAG -> "true or false";
            case DURATION -> "duration, as 500ms, 10s, 5m";
            case CHOICE -> String.join(" or ", setting.choices());
            case LIST -> "list";
            case MAP -> "names and values";
        };
    }

    private static String range(Setting setting) {
        String least = Double.isFinite(setting.least()) ? " from " + plain(setting.least()) : "";
        return least + (Double.isFinite(setting.most()) ? " to " + plain(setting.most()) : "");
    }

    private static String plain(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString().toLowerCase(Locale.ROOT);
    }
}
