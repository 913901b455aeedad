{% raw %}<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{page.form.title}}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{{url('docs_asset', name='pages.css')}}">
</head>
<body>
<main>
<h1>{{page.form.title}}</h1>
% for error in page.errors:
<p role="alert">{{error}}</p>
% end
% if page.done:
<p class="lead" role="status">{{page.done}}</p>
% end
% if page.asks:
<p class="lead">{{page.form.text}}</p>
<form method="post">
% for field in page.form.fields:
<label>{{field.label}}
<input name="{{field.name}}" type="{{field.type}}" autocomplete="{{field.autocomplete}}"
% if field.type != "password":
value="{{page.given.get(field.name, '')}}"
% end
required>
</label>
% end
<button>{{page.form.button}}</button>
</form>
% end
% if page.link:
<p><a href="{{page.link.href}}">{{page.link.text}}</a></p>
% end
</main>
</body>
</html>
{% endraw %}
