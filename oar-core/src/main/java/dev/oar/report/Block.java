package dev.oar.report;

/** A part of a section of a report. Every block escapes the text it is given. */
public sealed interface Block
        permits BarPlot,
                Details,
                FigureTable,
                IntervalPlot,
                KeyFacts,
                KeyValues,
                LinePlot,
                Paragraph,
                PictureGrid,
                PictureTable,
                RankLegend,
                ScatterPlot,
                SideBySide,
                Warning {
    /** The block as HTML that stands inside the body of a page and needs the style of {@link HtmlReport}. */
    String html();
}
