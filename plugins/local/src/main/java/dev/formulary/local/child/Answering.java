package dev.formulary.local.child;

import dev.formulary.local.child.Report.Stop;
import java.io.IOException;
import java.util.function.BooleanSupplier;

/// Answers one conversation.
final class Answering {
    private final NativeLibrary library;
    private final NativeModel model;
    private final NativeContext context;
    private final Frames.Writer out;
    private final BooleanSupplier stopped;
    private final Utf8Tail characters = new Utf8Tail();

    Answering(NativeLibrary library, NativeModel model, NativeContext context, Frames.Writer out,
            BooleanSupplier stopped) {
        this.library = library;
        this.model = model;
        this.context = context;
        this.out = out;
        this.stopped = stopped;
    }

    Report.Finished answer(Request.Chat chat) throws CannotDo, IOException {
        int[] prompt = model.tokens(model.prompt(chat.turns()), true);
        if (prompt.length >= context.tokens()) {
            throw new CannotDo(Report.Reason.CONTEXT, "the prompt has " + prompt.length
                    + " tokens, and the context holds " + context.tokens() + " with the answer");
        }
        out.write(new Report.Started(chat.call(), prompt.length));
        context.clear();
        context.embeddings(false);
        try (var sampler = new NativeSampler(library, model, chat.manner())) {
            return read(prompt)
                    ? write(chat, sampler, context.tokens() - prompt.length)
                    : new Report.Finished(chat.call(), Stop.CANCELLED, 0);
        }
    }

    private boolean read(int[] prompt) throws CannotDo {
        for (int from = 0; from < prompt.length; from += context.step()) {
            if (!context.decode(prompt, from, Math.min(prompt.length, from + context.step()))) {
                return false;
            }
        }
        return true;
    }

    private Report.Finished write(Request.Chat chat, NativeSampler sampler, int room) throws CannotDo, IOException {
        var stops = new StopTexts(chat.manner().stop());
        int most = Math.min(room, chat.manner().maxTokens());
        int[] token = new int[1];
        int written = 0;
        Stop stop = Stop.LENGTH;
        while (written < most) {
            token[0] = sampler.next(context);
            written++;
            if (model.isEnd(token[0])) {
                stop = Stop.END;
                break;
            }
            say(chat.call(), stops.add(characters.add(model.piece(token[0]))));
            if (stops.found()) {
                stop = Stop.END;
                break;
            }
            if (written < most && !context.decode(token, 0, 1)) {
                stop = Stop.CANCELLED;
                break;
            }
        }
        say(chat.call(), stops.add(characters.rest()) + stops.rest());
        return new Report.Finished(chat.call(), stopped.getAsBoolean() ? Stop.CANCELLED : stop, written);
    }

    private void say(int call, String text) throws IOException {
        if (!text.isEmpty()) {
            out.write(new Report.Text(call, text));
        }
    }
}
