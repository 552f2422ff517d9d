package dev.oar.preference;

import dev.oar.image.ImageLimits;
import dev.oar.image.ImageReader;
import dev.oar.image.Rgb;
import dev.oar.preference.Judgement.Preferred;
import dev.oar.report.Block;
import dev.oar.report.Paragraph;
import dev.oar.report.Picture;
import dev.oar.report.PictureTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The pairs of images on which raters who count were most of one mind.
 *
 * @param judgements of all raters
 */
record ClearestPairs(StudyFiles files, PreferenceResults results, List<Judgement> judgements) {
    private static final int CLEAREST = 4;
    private static final int SHOWN_WIDTH = 128;

    /** A pair, and by how many votes its first image leads. */
    private record Led(TrialList.ImagePair pair, int lead, int votes) {}

    List<Block> blocks() throws IOException {
        List<Integer> counted = results.accepted().raters().stream()
                .map(files.protocol().raters()::indexOf)
                .toList();
        Map<List<Integer>, int[]> byPair = new LinkedHashMap<>();
        for (Judgement judgement : judgements) {
            if (counted.contains(judgement.rater())) {
                int[] tally = byPair.computeIfAbsent(
                        List.of(judgement.match(), judgement.first(), judgement.second()), unused -> new int[2]);
                tally[0] += judgement.preferred() == Preferred.FIRST
                        ? 1
                        : judgement.preferred() == Preferred.SECOND ? -1 : 0;
                tally[1]++;
            }
        }
        List<Led> led = new ArrayList<>();
        for (TrialList.ImagePair pair : files.trials().pairs()) {
            int[] tally = byPair.get(List.of(pair.match(), pair.first(), pair.second()));
            if (tally != null && tally[0] != 0) {
                led.add(new Led(pair, tally[0], tally[1]));
            }
        }
        return led.isEmpty() ? List.of(new Paragraph("No pair has a preferred image yet.")) : List.of(table(led));
    }

    private Block table(List<Led> led) throws IOException {
        List<PictureTable.Row> rows = new ArrayList<>();
        List<PreferenceProtocol.ComparedArm> arms = files.protocol().arms();
        for (int first = 0; first < arms.size(); first++) {
            for (int second = first + 1; second < arms.size(); second++) {
                int one = first;
                int other = second;
                List<Led> own = led.stream()
                        .filter(each -> each.pair.first() == one && each.pair.second() == other)
                        .sorted(Comparator.comparingInt((Led each) -> -each.lead))
                        .toList();
                int forFirst = (int) own.stream().filter(each -> each.lead > 0).count();
                List<Led> clearest = new ArrayList<>(own.subList(0, Math.min(CLEAREST, forFirst)));
                clearest.addAll(own.subList(Math.max(forFirst, own.size() - CLEAREST), own.size()));
                for (Led each : clearest) {
                    rows.add(row(each, arms.get(first).name(), arms.get(second).name()));
                }
            }
        }
        return new PictureTable(
                "The pairs on which raters who count were most of one mind, at most " + CLEAREST
                        + " for either arm; chosen by votes, so they show extremes, not what is usual.",
                List.of("first", "second"),
                rows);
    }

    private PictureTable.Row row(Led led, String first, String second) throws IOException {
        TrialList.Match match = files.trials().matches().get(led.pair.match());
        String preferred = led.lead > 0 ? first : second;
        return new PictureTable.Row(
                first + " and " + second,
                (match.subject() + " " + match.origin()).strip() + ": " + preferred + " by " + Math.abs(led.lead)
                        + " of " + led.votes + (led.votes == 1 ? " vote" : " votes"),
                List.of(
                        List.of(picture(led.pair.firstImage(), first)),
                        List.of(picture(led.pair.secondImage(), second))));
    }

    private Picture picture(String name, String arm) throws IOException {
        return Picture.of(
                ImageReader.read(files.image(name), ImageLimits.DEFAULT, Rgb.WHITE),
                SHOWN_WIDTH,
                arm,
                "image of " + arm);
    }
}
