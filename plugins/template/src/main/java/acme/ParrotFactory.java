package acme;

import dev.formulary.spi.*;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

public final class ParrotFactory implements ProviderFactory {
    public String kind() {
        return "parrot";
    }

    public List<Setting> settings() {
        return List.of(Setting.of("greeting", Setting.Type.TEXT, "Polly says", "the first words of each answer"));
    }

    public Provider create(ProviderContext context) {
        return new Parrot(context.settings().getOrDefault("greeting", "Polly says").toString());
    }
}

record Parrot(String greeting) implements Provider {
    public List<ModelCard> models() {
        return List.of(ModelCard.of("parrot"));
    }

    public ReplyStream chat(ChatRequest request, Attempt attempt) throws ProviderException {
        if (!request.model().equals("parrot")) {
            throw new ProviderException(FailureCategory.UNKNOWN_MODEL, "there is no model '" + request.model() + "'");
        }
        String heard = request.messages().getLast().plainText();
        Iterator<ReplyEvent> answer = List.<ReplyEvent>of(
                new ReplyEvent.Text(greeting + " "),
                new ReplyEvent.Text(heard),
                new ReplyEvent.Finish(ReplyEvent.Finish.Reason.STOP),
                new ReplyEvent.Accounting(Usage.of(heard.length() / 4 + 1, heard.length() / 4 + 3))).iterator();
        return new ReplyStream() {
            public ReplyEvent next() {
                return answer.hasNext() ? answer.next() : null;
            }

            public void close() {}
        };
    }

    public void close() {}
}
