package dev.formulary.engine.decision;

import java.util.Locale;

/// Writes SVG. Whatever comes as text is escaped.
final class SvgPen {
    private static final String STYLE = """
        <style>
        svg { --ink: #1f2328; --soft: #57606a; --paper: #ffffff; --box: #f6f8fa; --line: #afb8c1; --good: #1a7f37; --bad: #c62828; --rule: #0969da;
          --quality: #0969da; --cost: #1a7f37; --latency: #bf8700; --load: #8250df; --points: #57606a; }
        @media (prefers-color-scheme: dark) { svg { --ink: #e6edf3; --soft: #9da7b3; --paper: #0d1117; --box: #161b22; --line: #484f58; --good: #4ac26b; --bad: #ff7b72; --rule: #58a6ff;
          --quality: #58a6ff; --cost: #3fb950; --latency: #d29922; --load: #bc8cff; --points: #9da7b3; } }
        text { font: 13px system-ui, sans-serif; fill: var(--ink); }
        .title { font-size: 20px; font-weight: 600; } .head { font-weight: 600; } .name { font-weight: 600; }
        .soft { fill: var(--soft); font-size: 12px; }
        .paper { fill: var(--paper); } .box { fill: var(--box); stroke: var(--line); }
        .rule { stroke: var(--rule); } .chosen { stroke: var(--good); stroke-width: 3; }
        .out { stroke: var(--bad); stroke-dasharray: 5 3; }
        .quality { fill: var(--quality); } .cost { fill: var(--cost); } .latency { fill: var(--latency); }
        .load { fill: var(--load); } .points { fill: var(--points); } .taken { fill: var(--bad); }
        .edge { fill: none; stroke: var(--line); stroke-width: 1.5; } .stop { stroke: var(--bad); stroke-dasharray: 5 3; }
        .give { stroke: var(--good); }
        </style>
        """;

    private final StringBuilder svg = new StringBuilder();

    void open(int width, int height, String title, String description) {
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ").append(width).append(' ').append(height)
                .append("\" width=\"").append(width).append("\" height=\"").append(height)
                .append("\" role=\"img\" aria-labelledby=\"t d\">\n<title id=\"t\">").append(escape(title))
                .append("</title>\n<desc id=\"d\">").append(escape(description)).append("</desc>\n").append(STYLE);
        rectangle(0, 0, width, height, 0, "paper");
    }

    String close() {
        return svg.append("</svg>\n").toString();
    }

    void add(SvgPen other) {
        svg.append(other.svg);
    }

    void text(int x, int y, String style, String text) {
        svg.append("<text x=\"").append(x).append("\" y=\"").append(y).append("\" class=\"").append(style)
                .append("\">").append(escape(text)).append("</text>\n");
    }

    void rectangle(double x, double y, double width, double height, int round, String style) {
        if (width > 0) {
            svg.append(String.format(Locale.ROOT,
                    "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"%d\" class=\"%s\"/>%n", x, y,
                    width, height, round, style).replace("\r\n", "\n"));
        }
    }

    void curve(int x, int y, int toX, int toY, String style) {
        int middle = (x + toX) / 2;
        svg.append("<path d=\"M").append(x).append(' ').append(y).append(" C").append(middle).append(' ').append(y)
                .append(' ').append(middle).append(' ').append(toY).append(' ').append(toX).append(' ').append(toY)
                .append("\" class=\"").append(style).append("\"/>\n");
    }

    /// Also leaves out what XML does not allow at all.
    static String escape(String text) {
        var escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> {
                    boolean allowed = c == '\t' || c == '\n' || (c >= ' ' && c <= 0xd7ff)
                            || (c >= 0xe000 && c <= 0xfffd)
                            || c >= 0x10000;
                    escaped.appendCodePoint(allowed ? c : '\ufffd');
                }
            }
        });
        return escaped.toString();
    }
}
