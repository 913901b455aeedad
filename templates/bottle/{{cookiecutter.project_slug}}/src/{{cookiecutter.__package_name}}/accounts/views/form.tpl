{% raw %}<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{form.title}}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{{url('docs_asset', name='pages.css')}}">
</head>
<body>
<main>
<h1>{{form.title}}</h1>
% if is_done:
<p class="lead" role="status">{{form.done}}</p>
% else:
<p class="lead">{{form.text}}</p>
<form method="post">
% for error in errors:
<p role="alert">{{error}}</p>
% end
% for field in form.fields:
<label>{{field.label}}
<input name="{{field.name}}" type="{{field.type}}" autocomplete="{{field.autocomplete}}"
% if field.type != "password":
value="{{given.get(field.name, '')}}"
% end
required>
</label>
% end
<button>{{form.button}}</button>
</form>
% end
</main>
</body>
</html>
{% endraw %}
